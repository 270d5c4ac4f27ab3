// The ad accounts of the simulated platform. Every account id exists; its campaigns, ad sets and ads follow from the
// seed and the id, so they are the same after a restart. What was restated while running is kept here too.
#pragma once

#include "core/day.h"
#include "core/instant.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

struct SimulatorSettings;

struct Ad {
  std::string id;
  std::string name;
  int campaign = 0;
  int ad_set = 0;
  std::string effective_status;  // Meta's words
  std::string status;            // ACTIVE, PAUSED, ARCHIVED, DELETED
  bool is_broken = false;        // its creative can't be read
  std::uint64_t key = 0;         // its figures follow from it
  std::int64_t daily_impressions = 0;
  std::int64_t click_ppm = 0;
  std::int64_t cost_per_mille = 0;  // in the currency's smallest unit
  std::int64_t purchase_ppm = 0;    // purchases a million clicks; 0: no shop behind it
  std::int64_t purchase_value = 0;  // in the currency's smallest unit
  std::int32_t cycle = 1;           // it delivers on `active` days of each `cycle`, shifted by `phase`
  std::int32_t active = 1;
  std::int32_t phase = 0;
  std::optional<Day> stopped{};  // paused, archived and deleted ads: no delivery from then on
};

struct AdSet {
  std::string id;
  std::string name;
  int campaign = 0;
  std::string attribution;
  std::vector<int> ads{};
};

struct Campaign {
  std::string id;
  std::string name;
  std::vector<int> ads{};
};

// A change of figures made through POST /simulator/restate.
struct Restatement {
  DayRange days;
  std::int64_t factor_percent = 100;
  bool only_purchases = false;   // the factor is theirs and their value's alone
  std::set<int> removed{};       // ads that no list shows on these days any more
  bool kept_in_account = false;  // the account's own total still counts the removed ones
};

struct Account {
  std::string id;  // digits, without "act_"
  std::string name;
  std::string currency;
  std::string zone;
  std::int64_t units = 1;  // smallest units in a main unit: 1 for KRW, 100 for USD
  std::uint64_t key = 0;
  Day begin;  // first day of its history; the last is yesterday, as the clock goes on
  std::vector<Campaign> campaigns{};
  std::vector<AdSet> ad_sets{};
  std::vector<Ad> ads{};
  std::vector<Restatement> restatements{};
};

enum class ObjectKind { account, campaign, ad_set, ad, creative, video };

struct Object {
  ObjectKind kind;
  Account* account;
  int index = 0;  // of the campaign, ad set or ad; a creative and a video have their ad's
};

class World {
 public:
  World(const SimulatorSettings& settings, Instant now);

  // `id` with or without "act_"; nullptr when it isn't a number. The pointer stays good.
  [[nodiscard]] Account* account(std::string_view id);
  // The accounts that were asked for so far.
  [[nodiscard]] std::vector<Account*> known() const;
  // The account, campaign, ad set, ad, creative or video of that id; nullopt when there is none.
  [[nodiscard]] std::optional<Object> find(std::string_view id);

 private:
  [[nodiscard]] std::unique_ptr<Account> make(const std::string& id) const;

  const SimulatorSettings& settings_;
  Day start_;  // the day this process began
  std::map<std::string, std::unique_ptr<Account>, std::less<>> accounts_;
  std::map<std::uint64_t, Account*> by_number_;  // the part of an object's id that says whose it is
};

[[nodiscard]] std::string creative_id(const Ad& ad);
// Whether its creative has one is for meta/creatives.h to say.
[[nodiscard]] std::string video_id(const Ad& ad);

}  // namespace adfill
