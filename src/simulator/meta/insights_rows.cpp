#include "simulator/meta/insights_rows.h"

#include <algorithm>

namespace adfill::meta {
namespace {

int groups_of(Breakdown breakdown) {
  switch (breakdown) {
    case Breakdown::age:
      return static_cast<int>(ages.size());
    case Breakdown::gender:
      return static_cast<int>(genders.size());
    case Breakdown::age_gender:
      return groups;
    case Breakdown::none:
      break;
  }
  return 1;
}

// Where figures of an age x gender group go in a breakdown by one of the two.
std::size_t merged(Breakdown breakdown, std::size_t group) {
  if (breakdown == Breakdown::age) return group / genders.size();
  if (breakdown == Breakdown::gender) return group % genders.size();
  return group;
}

bool belongs(const Object& node, const Ad& ad, int index) {
  switch (node.kind) {
    case ObjectKind::account:
      return true;
    case ObjectKind::campaign:
      return ad.campaign == node.index;
    case ObjectKind::ad_set:
      return ad.ad_set == node.index;
    case ObjectKind::ad:
    case ObjectKind::creative:
    case ObjectKind::video:
      break;
  }
  return index == node.index;
}

int object_of(Level level, const Ad& ad, int index) {
  switch (level) {
    case Level::campaign:
      return ad.campaign;
    case Level::ad_set:
      return ad.ad_set;
    case Level::ad:
      return index;
    case Level::account:
      break;
  }
  return 0;
}

}  // namespace

RowWalk::RowWalk(const Account& account, const InsightsQuery& query, Day yesterday, Cursor start)
    : account_(account),
      query_(query),
      yesterday_(yesterday),
      at_(start),
      view_(query.level == Level::account && query.filter.empty() ? View::account : View::listed),
      group_count_(groups_of(query.breakdown)) {
  choose_ads();
}

// Ads stand in the order of their ad sets and campaigns, so those of one object are neighbours.
void RowWalk::choose_ads() {
  // A list of ads has only live ones unless it is asked for others or for that one; totals of parents count them all.
  const bool live_only =
      query_.level == Level::ad && query_.node.kind != ObjectKind::ad && !query_.filter.names_status();
  for (int index = 0; index < static_cast<int>(account_.ads.size()); ++index) {
    const auto& ad = account_.ads[static_cast<std::size_t>(index)];
    if (!belongs(query_.node, ad, index) || (live_only && !is_live(ad)) || !query_.filter.matches(account_, ad))
      continue;
    const int object = object_of(query_.level, ad, index);
    if (objects_.empty() || objects_.back() != object) {
      objects_.push_back(object);
      begin_of_.push_back(ads_.size());
    }
    ads_.push_back(index);
  }
  begin_of_.push_back(ads_.size());
}

std::optional<Row> RowWalk::next() {
  auto& [slice, object, group] = at_;
  for (; slice < static_cast<std::int64_t>(query_.slices.size()); ++slice, object = 0) {
    for (; object < static_cast<std::int64_t>(objects_.size()); ++object, group = 0, is_loaded_ = false) {
      if (!is_loaded_) load();
      while (group < group_count_) {
        const auto now = group++;
        const auto& figures = loaded_.at(static_cast<std::size_t>(now));
        if (figures.empty()) continue;
        const auto& days = query_.slices[static_cast<std::size_t>(slice)];
        return Row{days, objects_[static_cast<std::size_t>(object)], static_cast<int>(now), figures};
      }
    }
  }
  return std::nullopt;
}

void RowWalk::load() {
  is_loaded_ = true;
  std::fill_n(loaded_.begin(), group_count_, Figures{});
  const auto& slice = query_.slices[static_cast<std::size_t>(at_[0])];
  const auto place = static_cast<std::size_t>(at_[1]);
  const Day last = std::min(slice.until, yesterday_);
  const Day first = std::max(slice.since, account_.begin);
  for (Day day = first; day <= last; day = day.plus(1)) add_day(day, begin_of_[place], begin_of_[place + 1]);
  if (slice.length() == 1) return;
  // Most people are reached again on the next day.
  for (auto& figures : loaded_) figures.reach = (figures.reach * 6 + 9) / 10;
}

void RowWalk::add_day(Day day, std::size_t begin, std::size_t end) {
  Figures total;
  for (auto at = begin; at < end; ++at) total += figures_of(account_, ads_[at], day, view_);
  if (query_.breakdown == Breakdown::none) {
    loaded_[0] += total;
    return;
  }
  if (total.empty()) return;
  ByGroup crossed{};
  spread(account_, day, total, crossed);
  for (std::size_t group = 0; group < crossed.size(); ++group)
    loaded_.at(merged(query_.breakdown, group)) += crossed.at(group);
}

std::int64_t count_rows(const Account& account, const InsightsQuery& query, Day yesterday, std::int64_t most) {
  RowWalk walk(account, query, yesterday, Cursor{});
  std::int64_t rows = 0;
  while (rows <= most && walk.next()) ++rows;
  return rows;
}

}  // namespace adfill::meta
