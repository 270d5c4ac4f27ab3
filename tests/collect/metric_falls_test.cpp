#include "collect/metric_falls.h"

#include "core/random.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

using namespace adfill;

namespace {

const Instant now = parse_rfc3339("2026-08-05T03:00:00Z").value();  // noon in Seoul
const Day today(2026, 8, 5);
const Day since(2026, 7, 29);
Random ids{5};

struct Sold {
  double impressions = 20'000;
  double cost = 300;
  double conversions = 40;
};
// What an account came to on a day.
using Shop = std::function<Sold(Day)>;

AccountDays account_of(const Shop& shop, Day first = today.plus(-90)) {
  AccountDays account;
  account.integration = IntegrationId::draw(ids);
  account.advertiser = AdvertiserId::draw(ids);
  account.time_zone = "Asia/Seoul";
  for (Day day = first; day < today; day = day.plus(1)) {
    const Sold sold = shop(day);
    DayFigures figures;
    figures.day = day;
    // The newest day was collected this morning, the others a day after they had ended.
    figures.as_of = now - std::chrono::days(std::max(0, today.number() - day.number() - 2));
    figures.totals.impressions = static_cast<std::int64_t>(sold.impressions);
    figures.totals.clicks = static_cast<std::int64_t>(sold.impressions / 50);
    figures.totals.cost = Micros{static_cast<std::int64_t>(sold.cost * 1e6)};
    figures.conversions = Micros{static_cast<std::int64_t>(sold.conversions) * 1'000'000};
    figures.conversion_value = Micros{static_cast<std::int64_t>(sold.conversions * 25e6)};
    account.days.push_back(figures);
  }
  return account;
}

// Uneven from day to day, with weekends at `weekend` of the other days.
Shop uneven(std::uint64_t seed, double scale = 1, double weekend = 1) {
  return [seed, scale, weekend](Day day) {
    Random random(seed * 1'000'003 + static_cast<std::uint64_t>(day.number()));
    const int weekday = ((day.number() % 7) + 7) % 7;  // 1970-01-01 was a Thursday
    const bool free = weekday == 2 || weekday == 3;
    const double size = scale * (0.7 + 0.6 * random.fraction()) * (free ? weekend : 1);
    return Sold{20'000 * size, 300 * size, 40 * size * (0.8 + 0.4 * random.fraction())};
  };
}

Shop without_purchases(Shop shop, Day first, Day last = Day(2027, 1, 1)) {
  return [shop = std::move(shop), first, last](Day day) {
    Sold sold = shop(day);
    if (day >= first && day <= last) sold.conversions *= 0.05;
    return sold;
  };
}

std::vector<MetricFall> falls_of(const std::vector<AccountDays>& accounts, const FallRules& rules = {}) {
  std::vector<MetricVerdict> verdicts;
  for (const auto& account : accounts) {
    for (const auto& verdict : judge_account(account, now, rules, rules.reach_days)) verdicts.push_back(verdict);
  }
  return find_falls(verdicts, rules);
}

std::vector<AccountDays> many(std::size_t count, const std::function<Shop(std::uint64_t)>& shop) {
  std::vector<AccountDays> accounts;
  for (std::uint64_t seed = 1; seed <= count; ++seed) accounts.push_back(account_of(shop(seed)));
  return accounts;
}

}  // namespace

TEST_CASE("purchases that fall off on many accounts while their ads go on are one fall, since the day it began") {
  const auto accounts =
      many(12, [](std::uint64_t seed) { return seed <= 8 ? without_purchases(uneven(seed), since) : uneven(seed); });
  const auto falls = falls_of(accounts);
  REQUIRE(falls.size() == 1);  // and not their value besides
  CHECK(falls[0].metric == Metric::conversions);
  CHECK(falls[0].since == since);
  CHECK(falls[0].accounts.size() == 8);
  CHECK(falls[0].judged == 12);
}

TEST_CASE(
    "a fall is found whatever day it began, one day apart from account to account, by two days that have filled up") {
  for (int age = 3; age <= 28; ++age) {
    CAPTURE(age);
    const Day began = today.plus(-age);
    const auto falls = falls_of(many(
        10, [&](std::uint64_t seed) { return without_purchases(uneven(seed + 100), began.plus(seed == 1 ? 1 : 0)); }));
    REQUIRE(falls.size() == 1);
    CHECK(falls[0].since == began);
    CHECK(falls[0].accounts.size() >= 9);
  }
  // Yesterday is not counted yet: it still fills up.
  CHECK(falls_of(many(10, [](std::uint64_t seed) { return without_purchases(uneven(seed), today.plus(-2)); })).empty());
  CHECK(falls_of(many(10, [](std::uint64_t seed) { return without_purchases(uneven(seed), today.plus(-1)); })).empty());
}

TEST_CASE("accounts that go on as ever are no fall, however uneven, in whatever currency and with whatever weekends") {
  for (std::uint64_t round = 0; round < 60; ++round) {
    CAPTURE(round);
    Random random(round);
    const double scale = std::exp(12 * random.fraction() - 2);
    const double weekend = random.fraction();
    CHECK(falls_of(many(8, [&](std::uint64_t seed) { return uneven(round * 50 + seed, scale, weekend); })).empty());
  }
}

TEST_CASE("days of the week on which hardly anybody buys are no fall, though the ads go on and they come last") {
  CHECK(falls_of(many(10, [](std::uint64_t seed) {
          return [shop = uneven(seed)](Day day) {
            Sold sold = shop(day);
            const int back = ((today.number() - day.number()) % 7 + 7) % 7;
            if (back >= 1 && back <= 3) sold.conversions *= 0.1;
            return sold;
          };
        })).empty());
}

TEST_CASE("what money is counted in does not matter") {
  const auto shop = [](std::uint64_t seed) { return without_purchases(uneven(seed), since); };
  auto accounts = many(9, shop);
  const auto before = falls_of(accounts);
  for (auto& account : accounts) {
    for (auto& day : account.days) {
      day.totals.cost.value *= 1300;
      day.conversion_value->value *= 1300;
    }
  }
  const auto after = falls_of(accounts);
  REQUIRE(after.size() == before.size());
  CHECK(after[0].accounts.size() == before[0].accounts.size());
}

TEST_CASE("too few accounts, too small a share, or one advertiser's own are no fall of the platform") {
  const auto fallen = [](std::size_t count, std::size_t all) {
    return many(all, [count](std::uint64_t seed) {
      return seed <= count ? without_purchases(uneven(seed), since) : uneven(seed);
    });
  };
  CHECK(falls_of(fallen(1, 1)).empty());
  CHECK(falls_of(fallen(1, 40)).empty());
  CHECK(falls_of(fallen(4, 4)).empty());
  CHECK(falls_of(fallen(5, 40)).empty());
  CHECK(falls_of(fallen(5, 5)).size() == 1);
  CHECK(falls_of(fallen(12, 40)).size() == 1);
  auto one_shop = fallen(6, 12);
  for (std::size_t at = 1; at < 6; ++at) one_shop[at].advertiser = one_shop[0].advertiser;
  CHECK(falls_of(one_shop).empty());
  for (auto& account : one_shop) account.advertiser = one_shop[0].advertiser;  // there is but one
  CHECK(falls_of(one_shop).size() == 1);
}

TEST_CASE("falls that begin on days of their own are each account's affair") {
  const auto accounts = many(10, [](std::uint64_t seed) {
    return without_purchases(uneven(seed), today.plus(-4 - 2 * static_cast<int>(seed)));
  });
  CHECK(falls_of(accounts).empty());
}

TEST_CASE("accounts that stop, or spend much less, say nothing about their purchases") {
  const auto stopped = [](double left) {
    return many(10, [left](std::uint64_t seed) {
      return [shop = uneven(seed), left](Day day) {
        Sold sold = shop(day);
        if (day < since) return sold;
        return Sold{sold.impressions * left, sold.cost * left, 0};
      };
    });
  };
  CHECK(falls_of(stopped(0)).empty());
  CHECK(falls_of(stopped(0.3)).empty());
  CHECK(falls_of(stopped(0.9)).size() == 1);
}

TEST_CASE("young accounts, small ones and days that are not there say nothing") {
  std::vector<AccountDays> young;
  for (std::uint64_t seed = 1; seed <= 10; ++seed)
    young.push_back(account_of(without_purchases(uneven(seed), since), since.plus(-14)));
  CHECK(falls_of(young).empty());
  CHECK(falls_of(many(10, [](std::uint64_t seed) { return without_purchases(uneven(seed, 0.02), since); })).empty());
  auto missing = many(10, [](std::uint64_t seed) { return without_purchases(uneven(seed), since); });
  for (auto& account : missing) std::erase_if(account.days, [](const DayFigures& day) { return day.day >= since; });
  CHECK(falls_of(missing).empty());
  auto unknown = many(10, [](std::uint64_t seed) { return without_purchases(uneven(seed), since); });
  for (auto& account : unknown) {
    for (auto& day : account.days) day.conversions = day.conversion_value = std::nullopt;
  }
  CHECK(falls_of(unknown).empty());
}

TEST_CASE("what is back is no fall any more, and an earlier fall does not hide the next one") {
  CHECK(falls_of(many(10, [](std::uint64_t seed) {
          return without_purchases(uneven(seed), since, today.plus(-3));
        })).empty());
  const auto twice = falls_of(many(10, [](std::uint64_t seed) {
    return without_purchases(without_purchases(uneven(seed), today.plus(-20), today.plus(-18)), since);
  }));
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].since == since);
}

TEST_CASE("a cost that is not told while impressions go on is a fall of the cost") {
  const auto falls = falls_of(many(7, [](std::uint64_t seed) {
    return [shop = uneven(seed)](Day day) {
      Sold sold = shop(day);
      if (day >= since) sold.cost = 0;
      return sold;
    };
  }));
  REQUIRE(falls.size() == 1);
  CHECK(falls[0].metric == Metric::cost);
}
