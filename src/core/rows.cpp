#include "core/rows.h"

#include "core/must.h"

#include <algorithm>
#include <array>
#include <limits>

namespace adfill {

namespace {

// |left - right| fits uint64 for any two int64.
std::uint64_t distance(std::int64_t left, std::int64_t right) {
  const auto larger = static_cast<std::uint64_t>(std::max(left, right));
  const auto smaller = static_cast<std::uint64_t>(std::min(left, right));
  return larger - smaller;
}

// Each row's cost was rounded by at most half a unit, so their sum by at most half a unit a row.
std::uint64_t rounding_bound(std::int64_t rows, Micros unit) {
  std::uint64_t bound = 0;
  if (__builtin_mul_overflow(static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(unit.value), &bound)) {
    return std::numeric_limits<std::uint64_t>::max();
  }
  return bound / 2;
}

}  // namespace

std::string picture_of(const Creative& creative) {
  if (!creative.image_hash.empty()) return creative.image_hash;
  return creative.video_id.empty() ? "" : "video-" + creative.video_id;
}

bool Totals::add(const Totals& other) {
  const auto new_impressions = checked_add(impressions, other.impressions);
  const auto new_clicks = checked_add(clicks, other.clicks);
  const auto new_cost = checked_add(cost, other.cost);
  if (!new_impressions || !new_clicks || !new_cost) return false;
  impressions = *new_impressions;
  clicks = *new_clicks;
  cost = *new_cost;
  return true;
}

std::string_view to_string(Difference value) {
  switch (value) {
    case Difference::not_asked:
      return "not_asked";
    case Difference::none:
      return "none";
    case Difference::rounding:
      return "rounding";
    case Difference::moving:
      return "moving";
    case Difference::unexplained:
      return "unexplained";
  }
  must(false, "every difference has a text");
  return {};
}

Difference classify_difference(const Totals& stored, const std::optional<Totals>& platform, std::int64_t rows,
                               bool inside_window, Micros unit) {
  must(rows >= 0 && unit.value >= 0, "rows are counted and a currency's unit is an amount");
  if (!platform) return Difference::not_asked;
  if (stored == *platform) return Difference::none;
  const bool counts_agree = stored.impressions == platform->impressions && stored.clicks == platform->clicks;
  if (counts_agree && distance(stored.cost.value, platform->cost.value) <= rounding_bound(rows, unit)) {
    return Difference::rounding;
  }
  return inside_window ? Difference::moving : Difference::unexplained;
}

Micros currency_unit(std::string_view currency) {
  // Offset 1 in Meta's table of currencies; all others there have offset 100, BHD and JOD too (not 1000).
  constexpr std::array<std::string_view, 11> whole{"CLP", "COP", "CRC", "HUF", "IDR", "ISK",
                                                   "JPY", "KRW", "PYG", "TWD", "VND"};
  return Micros{std::ranges::find(whole, currency) != whole.end() ? 1'000'000 : 10'000};
}

}  // namespace adfill
