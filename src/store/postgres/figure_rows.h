// What differs between the two kinds of figures, ads and demographics: their statements, their keys, their names; and
// their rows as arrays, some thousands a statement.
#pragma once

#include "core/rows.h"
#include "sql/postgres.h"
#include "store/postgres/transaction.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace adfill::postgres {

// Whose rows they are.
struct Place {
  AdvertiserId advertiser;
  Source source;
  const std::string& account;
  const std::string& currency;

  explicit Place(const HeldChunk& held)
      : advertiser(held.advertiser), source(held.source), account(held.account_id), currency(held.currency) {}
};

// Of several: each of their rows tells its account by a place in these arrays, from 1 on.
struct Places {
  Array advertisers;
  Array sources;
  Array accounts;
  Array currencies;
  std::vector<Place> all;

  void add(const Place& place) {
    all.push_back(place);
    advertisers.add(place.advertiser);
    sources.add(place.source);
    accounts.add(place.account);
    currencies.add(place.currency);
  }
};

template <class Row>
struct FreshRow {
  int place;  // from 1 on
  const Row* row;
};

// A row whose key is stored under `id`, but not with these values. `names`: not with these names or this currency.
// `details`: not with these details.
template <class Row>
struct ChangedRow {
  std::int64_t id;
  const Row* row;
  bool names;
  bool details;
};

// A stored text is the given one, as PostgreSQL can hold it.
[[nodiscard]] bool is_stored_as(std::string_view stored, std::string_view given);

template <class Row>
struct Kind;

template <>
struct Kind<AdRow> {
  static constexpr auto read_days = sql::postgres::read_ads_of_day;
  static constexpr auto is_back = sql::postgres::ad_is_back;
  static constexpr auto mark_absent = sql::postgres::mark_ad_absent;
  static constexpr auto keep_aside = sql::postgres::keep_ad_aside;
  static constexpr auto read_details = sql::postgres::read_ad_details;
  static constexpr auto remove = sql::postgres::remove_ad;
  static constexpr auto update_details = sql::postgres::update_ad_details;
  static constexpr auto sum_days = sql::postgres::sum_ads_of_day;

  [[nodiscard]] static std::string key_text(const AdRow& row) { return row.campaign_ad_id; }
  [[nodiscard]] static auto key(const AdRow& row) { return std::tuple<std::string_view>(row.campaign_ad_id); }
  [[nodiscard]] static auto next_key(Rows& stored) { return std::tuple<std::string_view>(stored.next_text()); }
  static void set_key(AdRow& row, const std::tuple<std::string_view>& key) { row.campaign_ad_id = std::get<0>(key); }
  [[nodiscard]] static bool same_names(Rows& stored, const AdRow& row);
  static void insert(Connection& db, const Places& places, std::span<const FreshRow<AdRow>> rows);
  static void update(Connection& db, const Place& place, std::span<const ChangedRow<AdRow>> rows);
};

template <>
struct Kind<DemographicRow> {
  static constexpr auto read_days = sql::postgres::read_demographics_of_day;
  static constexpr auto is_back = sql::postgres::demographic_is_back;
  static constexpr auto mark_absent = sql::postgres::mark_demographic_absent;
  static constexpr auto keep_aside = sql::postgres::keep_demographic_aside;
  static constexpr auto read_details = sql::postgres::read_demographic_details;
  static constexpr auto remove = sql::postgres::remove_demographic;
  static constexpr auto update_details = sql::postgres::update_demographic_details;
  static constexpr auto sum_days = sql::postgres::sum_demographics_of_day;

  [[nodiscard]] static std::string key_text(const DemographicRow& row) {
    return row.breakdown + "/" + row.gender + "/" + row.age;
  }
  [[nodiscard]] static auto key(const DemographicRow& row) {
    return std::tuple<std::string_view, std::string_view, std::string_view>(row.breakdown, row.gender, row.age);
  }
  [[nodiscard]] static auto next_key(Rows& stored) {
    const auto breakdown = stored.next_text();
    const auto gender = stored.next_text();
    return std::tuple(breakdown, gender, stored.next_text());
  }
  static void set_key(DemographicRow& row,
                      const std::tuple<std::string_view, std::string_view, std::string_view>& key) {
    std::tie(row.breakdown, row.gender, row.age) = key;
  }
  [[nodiscard]] static bool same_names(Rows& /*stored*/, const DemographicRow& /*row*/) { return true; }
  static void insert(Connection& db, const Places& places, std::span<const FreshRow<DemographicRow>> rows);
  static void update(Connection& db, const Place& place, std::span<const ChangedRow<DemographicRow>> rows);
};

}  // namespace adfill::postgres
