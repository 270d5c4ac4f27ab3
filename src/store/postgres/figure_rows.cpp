#include "store/postgres/figure_rows.h"

#include "core/row_hash.h"
#include "store/postgres/copied_rows.h"

#include <array>
#include <cstddef>
#include <vector>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// The columns that both kinds have.
struct Figures {
  Array ids;
  Array dates;
  Array impressions;
  Array clicks;
  Array costs;
  Array conversions;
  Array conversion_values;
  Array reaches;
  Array hashes;
  Array details;

  template <class Row>
  void add(const Row& row) {
    dates.add(row.day);
    impressions.add(row.metrics.impressions);
    clicks.add(row.metrics.clicks);
    costs.add(row.metrics.cost);
    conversions.add(row.metrics.conversions);
    conversion_values.add(row.metrics.conversion_value);
    reaches.add(row.reach);
    hashes.add(hash_of(row.details));
    details.add(row.details);
  }
};

template <std::size_t count>
using Texts = std::array<Array, count>;

template <std::size_t count>
void add_texts(Texts<count>& columns, const std::array<const std::string*, count>& texts) {
  for (std::size_t column = 0; column < count; ++column) columns[column].add(*texts[column]);
}

std::array<const std::string*, 7> texts_of(const AdRow& row) {
  return {&row.campaign_ad_id, &row.campaign_id, &row.campaign_name, &row.ad_group_id,
          &row.ad_group_name,  &row.ad_id,       &row.ad_name};
}

std::array<const std::string*, 3> texts_of(const DemographicRow& row) {
  return {&row.breakdown, &row.gender, &row.age};
}

// From so many rows on they are copied in.
constexpr std::size_t worth_copying = 200;

// What a row takes beside its details, about, and its details beside their text.
constexpr std::size_t bytes_of_figures = 400;
constexpr std::size_t bytes_of_ids = 38;

// An id for each row; empty where they can't be copied.
std::vector<std::int64_t> draw_ids(Connection& db, std::string_view draw, std::size_t count) {
  std::vector<std::int64_t> ids;
  ids.reserve(count);
  Rows row = db.query(draw, ":count", count);
  while (row.step()) {
    ids.push_back(row.next_integer());
    if (!row.next<bool>()) return {};
  }
  return ids;
}

struct Copying {
  std::string_view draw;
  std::string_view rows;
  std::string_view details;
  int columns;
};

// False when they can't be, or it is not worth it.
template <class Row>
bool copy_in(Connection& db, const Places& places, std::span<const FreshRow<Row>> rows, const Copying& copying) {
  if (rows.size() < worth_copying) return false;
  const auto ids = draw_ids(db, copying.draw, rows.size());
  if (ids.empty()) return false;
  CopiedRows figures(copying.columns);
  CopiedRows details(3);
  std::size_t details_bytes = 0;
  for (const auto& row : rows) details_bytes += row.row->details.size();
  figures.reserve(rows.size() * bytes_of_figures);
  details.reserve(details_bytes + rows.size() * bytes_of_ids);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const Row& row = *rows[at].row;
    const Place& place = places.all.at(static_cast<std::size_t>(rows[at].place) - 1);
    figures.begin_row();
    figures.add(ids[at]);
    figures.add(place.advertiser.uuid);
    figures.add(to_string(place.source));
    figures.add(std::string_view(place.account));
    figures.add(std::string_view(place.currency));
    figures.add(row.day);
    for (const std::string* text : texts_of(row)) figures.add(std::string_view(*text));
    figures.add(row.metrics.impressions);
    figures.add(row.metrics.clicks);
    for (const Micros amount : {row.metrics.cost, row.metrics.conversions, row.metrics.conversion_value}) {
      figures.add(amount);
    }
    figures.add(row.reach);
    figures.add(hash_of(row.details));
    details.begin_row();
    details.add(place.advertiser.uuid);
    details.add(ids[at]);
    details.add(std::string_view(row.details));
  }
  db.copy(std::string(copying.rows), figures.end());
  db.copy(std::string(copying.details), details.end());
  return true;
}

constexpr Copying copying_ads{statement::draw_ad_ids, statement::copy_ads, statement::copy_ad_details, 20};
constexpr Copying copying_demographics{statement::draw_demographic_ids, statement::copy_demographics,
                                       statement::copy_demographic_details, 16};

}  // namespace

bool is_stored_as(std::string_view stored, std::string_view given) {
  return stored == given || (given.find('\0') != std::string_view::npos && stored == without_nul(given));
}

bool Kind<AdRow>::same_names(Rows& stored, const AdRow& row) {
  bool same = true;
  for (const std::string* text :
       {&row.campaign_id, &row.campaign_name, &row.ad_group_id, &row.ad_group_name, &row.ad_id, &row.ad_name}) {
    same = is_stored_as(stored.next_text(), *text) && same;
  }
  return same;
}

void Kind<AdRow>::insert(Connection& db, const Places& places, std::span<const FreshRow<AdRow>> rows) {
  if (copy_in(db, places, rows, copying_ads)) return;
  Figures figures;
  Texts<7> texts;
  Array at;
  for (const auto& [place, row] : rows) {
    at.add(place);
    figures.add(*row);
    add_texts(texts, texts_of(*row));
  }
  db.send(statement::insert_ad, ":places", at, ":advertisers", places.advertisers, ":sources", places.sources,
          ":accounts", places.accounts, ":currencies", places.currencies, ":dates", figures.dates, ":campaign_ad_ids",
          texts[0], ":campaign_ids", texts[1], ":campaign_names", texts[2], ":ad_group_ids", texts[3],
          ":ad_group_names", texts[4], ":ad_ids", texts[5], ":ad_names", texts[6], ":impressions", figures.impressions,
          ":clicks", figures.clicks, ":costs", figures.costs, ":conversions", figures.conversions, ":conversion_values",
          figures.conversion_values, ":reaches", figures.reaches, ":hashes", figures.hashes, ":details",
          figures.details);
}

void Kind<AdRow>::update(Connection& db, const Place& place, std::span<const ChangedRow<AdRow>> rows) {
  Figures figures;
  Texts<7> texts;
  for (const auto& changed : rows) {
    figures.ids.add(changed.id);
    figures.add(*changed.row);
    add_texts(texts, texts_of(*changed.row));
  }
  db.send(statement::update_ad, ":advertiser", place.advertiser, ":currency", place.currency, ":ids", figures.ids,
          ":campaign_ids", texts[1], ":campaign_names", texts[2], ":ad_group_ids", texts[3], ":ad_group_names",
          texts[4], ":ad_ids", texts[5], ":ad_names", texts[6], ":impressions", figures.impressions, ":clicks",
          figures.clicks, ":costs", figures.costs, ":conversions", figures.conversions, ":conversion_values",
          figures.conversion_values, ":reaches", figures.reaches, ":hashes", figures.hashes);
}

void Kind<DemographicRow>::insert(Connection& db, const Places& places,
                                  std::span<const FreshRow<DemographicRow>> rows) {
  if (copy_in(db, places, rows, copying_demographics)) return;
  Figures figures;
  Texts<3> texts;
  Array at;
  for (const auto& [place, row] : rows) {
    at.add(place);
    figures.add(*row);
    add_texts(texts, texts_of(*row));
  }
  db.send(statement::insert_demographic, ":places", at, ":advertisers", places.advertisers, ":sources", places.sources,
          ":accounts", places.accounts, ":currencies", places.currencies, ":dates", figures.dates, ":breakdowns",
          texts[0], ":genders", texts[1], ":ages", texts[2], ":impressions", figures.impressions, ":clicks",
          figures.clicks, ":costs", figures.costs, ":conversions", figures.conversions, ":conversion_values",
          figures.conversion_values, ":reaches", figures.reaches, ":hashes", figures.hashes, ":details",
          figures.details);
}

void Kind<DemographicRow>::update(Connection& db, const Place& place,
                                  std::span<const ChangedRow<DemographicRow>> rows) {
  Figures figures;
  for (const auto& changed : rows) {
    figures.ids.add(changed.id);
    figures.add(*changed.row);
  }
  db.send(statement::update_demographic, ":advertiser", place.advertiser, ":currency", place.currency, ":ids",
          figures.ids, ":impressions", figures.impressions, ":clicks", figures.clicks, ":costs", figures.costs,
          ":conversions", figures.conversions, ":conversion_values", figures.conversion_values, ":reaches",
          figures.reaches, ":hashes", figures.hashes);
}

}  // namespace adfill::postgres
