#include "platform/meta/meta_rows.h"

#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_row_reader.h"

#include <utility>

namespace adfill {
namespace {

using simdjson::SUCCESS;

constexpr std::string_view page_name = "a page of Meta's insights";

// Makes a row of what was read; false when the reader was told what is missing.
bool make(MetaRowReader& reader, AdRow& row) {
  const auto& read = reader.row();
  if (read.ad_id.empty()) {
    reader.refuse("ad_id", "is missing");
    return false;
  }
  row.day = read.day;
  row.campaign_ad_id = storable(read.ad_id);
  row.campaign_id = storable(read.campaign_id);
  row.campaign_name = storable(read.campaign_name);
  row.ad_group_id = storable(read.adset_id);
  row.ad_group_name = storable(read.adset_name);
  row.ad_id = row.campaign_ad_id;
  row.ad_name = storable(read.ad_name);
  row.metrics = read.metrics;
  row.reach = read.reach;
  row.details = reader.take_details();
  return true;
}

bool make(MetaRowReader& reader, DemographicRow& row) {
  const auto& read = reader.row();
  row.day = read.day;
  row.breakdown = "age_gender";
  // Without both it is a row of the account, not of a group.
  if (read.age.empty() && read.gender.empty()) {
    reader.refuse("age", "is missing, and so is gender");
    return false;
  }
  // A value that the platform does not know is left out now and then (airbytehq/airbyte, facebook/php-graph-sdk#1185);
  // else unknown ages come as "Unknown", genders as "unknown".
  row.gender = read.gender.empty() ? "unknown" : lower_case(storable(read.gender));
  row.age = read.age.empty() ? "unknown" : lower_case(storable(read.age));
  row.metrics = read.metrics;
  row.reach = read.reach;
  row.details = reader.take_details();
  return true;
}

bool make(MetaRowReader& reader, DayTotals& row) {
  row.day = reader.row().day;
  row.totals = totals_of(reader.row().metrics);
  return true;
}

// Parsed once more, by itself: it is a few hundred bytes of a page's megabytes.
bool take_paging(simdjson::ondemand::value value, MetaPaging& target) {
  std::string_view json;
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  if (simdjson::to_json_string(value).get(json) != SUCCESS || parser.parse(json).get(element) != SUCCESS) return false;
  auto paging = read_paging(element);
  if (paging) target = std::move(*paging);
  return paging.has_value();
}

// Nullopt when all rows were taken, else what is wrong.
template <class Row>
std::optional<std::string> read_rows(simdjson::ondemand::array data, MetaRowReader& reader, std::vector<Row>& rows) {
  for (auto next : data) {
    simdjson::ondemand::object object;
    if (const auto error = std::move(next).get_object().get(object)) {
      return std::string("an element of data is not an object: ") + simdjson::error_message(error);
    }
    if (!reader.read(object) || !make(reader, rows.emplace_back())) return reader.problem();
  }
  return std::nullopt;
}

// One walk over the page, whatever the order of its parts.
template <class Row>
std::optional<std::string> read_page(simdjson::ondemand::document& document, MetaRowReader& reader,
                                     MetaPage<Row>& page) {
  simdjson::ondemand::object root;
  if (const auto error = document.get_object().get(root)) return simdjson::error_message(error);
  bool has_data = false;
  for (auto next : root) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(next).get(field)) return simdjson::error_message(error);
    const auto name = key_text(field);
    if (!name) return "a name is not JSON";
    if (*name == "data") {
      simdjson::ondemand::array data;
      if (has_data) return "data comes twice";
      if (field.value().get_array().get(data) != SUCCESS) return "data is not a list";
      has_data = true;
      if (auto wrong = read_rows(data, reader, page.rows)) return wrong;
    } else if (*name == "paging") {
      if (page.paging.present) return "paging comes twice";
      if (field.value().raw_json_token().starts_with("null")) continue;
      if (!take_paging(field.value(), page.paging)) return "paging can't be read";
    }
  }
  if (!has_data) return "data is missing";
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return "there is more after its end";
  return std::nullopt;
}

}  // namespace

template <class Row>
Result<MetaPage<Row>> parse_insights(std::string& body, const MetaSlice& slice) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  if (const auto error = parser.iterate(body.data(), body.size(), body.capacity()).get(document)) {
    return std::unexpected(unreadable(page_name, simdjson::error_message(error), body));
  }
  MetaPage<Row> page;
  page.rows.reserve(body.size() / 1024);  // about the length of a row
  MetaRowReader reader(slice);
  if (const auto wrong = read_page(document, reader, page)) return std::unexpected(unreadable(page_name, *wrong, body));
  return page;
}

template Result<MetaPage<AdRow>> parse_insights<AdRow>(std::string&, const MetaSlice&);
template Result<MetaPage<DemographicRow>> parse_insights<DemographicRow>(std::string&, const MetaSlice&);
template Result<MetaPage<DayTotals>> parse_insights<DayTotals>(std::string&, const MetaSlice&);

}  // namespace adfill
