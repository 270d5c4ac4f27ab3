#include "simulator/figures.h"

#include "core/money.h"
#include "simulator/mix.h"

#include <algorithm>

namespace adfill {
namespace {

// 1970-01-01 was a Thursday; people look at ads on Fridays and Saturdays.
constexpr std::array<std::int64_t, 7> weekday_percent{101, 108, 118, 112, 92, 96, 100};

bool delivers(const Ad& ad, Day day) {
  if (ad.stopped && day >= *ad.stopped) return false;
  if ((day.number() + ad.phase) % ad.cycle >= ad.active) return false;
  return mix(ad.key, static_cast<std::uint64_t>(day.number())) % 41 != 0;  // now and then a day without
}

// `count` times `ppm` millionths, rounded up as often as it takes to be right on average.
std::int64_t share(std::int64_t count, std::int64_t ppm, std::uint64_t bits) {
  return (count * ppm + static_cast<std::int64_t>(bits % 1'000'000)) / 1'000'000;
}

// Someone bought on the day after the ad's last one: a row without impressions or cost.
Figures late_purchase(const Ad& ad, Day day) {
  Figures figures;
  const auto bits = mix(ad.key + 1, static_cast<std::uint64_t>(day.number()));
  if (ad.purchase_ppm > 0 && bits % 4 == 0 && delivers(ad, day.plus(-1))) {
    figures.purchases = 1;
    figures.purchase_value = ad.purchase_value;
  }
  return figures;
}

Figures original(const Account& account, const Ad& ad, Day day) {
  if (day < account.begin) return {};
  if (!delivers(ad, day)) return day > account.begin ? late_purchase(ad, day) : Figures{};
  const auto bits = mix(ad.key + 2, static_cast<std::uint64_t>(day.number()));
  const auto more = mix(bits, 1);
  Figures figures;
  const auto weekday = static_cast<std::size_t>((day.number() % 7 + 7) % 7);
  figures.impressions = std::max<std::int64_t>(
      1, ad.daily_impressions * weekday_percent.at(weekday) / 100 * between(bits, 700, 1300) / 1000);
  figures.clicks = share(figures.impressions, ad.click_ppm, bits >> 12U);
  // Uneven on purpose: a total that is right only to the thousand would not be noticed otherwise.
  figures.cost = figures.impressions * (ad.cost_per_mille * 1000 + between(more, -200'000, 200'000)) / 1'000'000;
  figures.reach = std::max<std::int64_t>(1, figures.impressions * between(more >> 20U, 600, 900) / 1000);
  figures.link_clicks = figures.clicks * between(more >> 32U, 75, 95) / 100;
  figures.purchases = share(figures.clicks, ad.purchase_ppm, bits >> 34U);
  figures.carts = ad.purchase_ppm == 0 ? 0 : figures.purchases * 3 + figures.clicks / 50;
  figures.purchase_value = figures.purchases * (ad.purchase_value + between(more >> 44U, -300, 300));
  return figures;
}

void scale(Figures& figures, std::int64_t percent, bool only_purchases) {
  const auto scaled = [percent](std::int64_t value) { return (value * percent + 50) / 100; };
  if (only_purchases) {
    figures.purchases = scaled(figures.purchases);
    figures.purchase_value = scaled(figures.purchase_value);
    return;
  }
  figures = {scaled(figures.impressions), scaled(figures.clicks),        scaled(figures.cost),
             scaled(figures.reach),       scaled(figures.link_clicks),   scaled(figures.carts),
             scaled(figures.purchases),   scaled(figures.purchase_value)};
}

// A part's end by the running weight, so that the parts add up whatever the rounding.
std::int64_t part(std::int64_t total, std::int64_t before, std::int64_t after, std::int64_t all) {
  return total * after / all - total * before / all;
}

}  // namespace

Figures& Figures::operator+=(const Figures& other) {
  impressions += other.impressions;
  clicks += other.clicks;
  cost += other.cost;
  reach += other.reach;
  link_clicks += other.link_clicks;
  carts += other.carts;
  purchases += other.purchases;
  purchase_value += other.purchase_value;
  return *this;
}

Figures figures_of(const Account& account, int index, Day day, View view) {
  auto figures = original(account, account.ads[static_cast<std::size_t>(index)], day);
  for (const auto& restatement : account.restatements) {
    if (!restatement.days.contains(day)) continue;
    const bool hidden = restatement.removed.contains(index) && (view == View::listed || !restatement.kept_in_account);
    if (hidden) return {};
    if (restatement.factor_percent != 100) scale(figures, restatement.factor_percent, restatement.only_purchases);
  }
  return figures;
}

void spread(const Account& account, Day day, const Figures& total, ByGroup& into) {
  constexpr std::array<std::int64_t, 8> age_weight{10, 160, 280, 220, 150, 90, 60, 6};
  constexpr std::array<std::int64_t, 3> gender_weight{55, 42, 3};
  std::array<std::int64_t, groups + 1> until{};
  const auto day_key = mix(account.key + 3, static_cast<std::uint64_t>(day.number()));
  for (std::size_t group = 0; group < groups; ++group) {
    const auto even = age_weight.at(group / 3) * gender_weight.at(group % 3);
    until.at(group + 1) = until.at(group) + even * between(mix(day_key, group), 80, 120);
  }
  const auto all = until.back();
  for (std::size_t group = 0; group < groups; ++group) {
    const auto before = until.at(group);
    const auto after = until.at(group + 1);
    const auto of = [&](std::int64_t value) { return part(value, before, after, all); };
    into.at(group) += {of(total.impressions), of(total.clicks), of(total.cost),      of(total.reach),
                       of(total.link_clicks), of(total.carts),  of(total.purchases), of(total.purchase_value)};
  }
}

std::string money_text(const Account& account, std::int64_t amount, int decimals) {
  return to_decimal(Micros{amount * (1'000'000 / account.units)}, account.units == 1 ? 0 : decimals);
}

}  // namespace adfill
