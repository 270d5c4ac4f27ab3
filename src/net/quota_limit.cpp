#include "net/quota_limit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace adfill {

namespace {

constexpr int ledger_steps = 300;
constexpr double least_capacity = 20;   // points: less would be a lesson from somebody else's calls
constexpr double learned_share = 0.97;  // of what the ledger says at a refusal
constexpr double worth_learning = 3;    // percent that a header's share has to grow by, else rounding is all there is
constexpr double smoothing = 0.3;       // weight of the newest price seen
// A share of the window: 20 s of an hour. No limit of an hour that we know of holds less than 200 calls, one in 18 s.
constexpr int told_patience = 180;
constexpr int told_patience_most = 3;                         // at last: 20 minutes of an hour
constexpr Duration least_patience = std::chrono::seconds(5);  // all of it with what only a refusal has taught

double seconds_of(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Duration duration_of(double seconds) {
  return Duration(static_cast<Duration::rep>(seconds * 1e6) + 1);
}

}  // namespace

Duration QuotaLimit::patience() const {
  if (refused_for_ > Duration::zero()) return refused_for_;
  if (published_ > 0) return empties_in_ > Duration::zero() ? std::min(empties_in_, window_) : window_;
  if (told_at_ == Instant{}) return least_patience;
  return std::max({least_patience, Duration(window_ / told_patience), look_gap_});
}

Instant QuotaLimit::next(double points, Instant now) const {
  if (cost_ <= 0) return now;
  const Instant from = std::max(now, level_at_);
  return std::min(next_with_room(points, from), std::max(from, level_at_ + patience()));
}

Instant QuotaLimit::next_with_room(double points, Instant from) const {
  // A call that costs more than the whole limit goes when it is empty.
  const double room = std::max(0.0, ceiling - points * cost_);
  const double level = level_after(from);
  if (level <= room) return from;
  if (shape_ == Shape::leaking) return from + duration_of((level - room) / 100 * seconds_of(window_));
  return next_rolling(level - room, from);
}

// Own calls leave the window one after another. What others have filled leaves it who knows when: now and then a call
// goes and sees.
Instant QuotaLimit::next_rolling(double room_needed, Instant from) const {
  const double level = level_after(from);
  const bool all_ours = level - points_since(from - window_) * cost_ < 1;
  const Duration others = std::max(look_gap_, Duration(window_ / (level < 99 ? 60 : 12)));
  const Instant latest = std::max(from, level_at_ + (all_ours ? window_ : others));
  double left = 0;
  for (const auto& entry : ledger_) {
    const Instant leaves = entry.at + window_;
    if (leaves <= from) continue;
    if (leaves > latest) break;
    left += entry.points * cost_;
    if (left >= room_needed) return leaves;
  }
  return latest;
}

double QuotaLimit::level_after(Instant later) const {
  if (later <= level_at_) return level_;
  if (shape_ == Shape::leaking)
    return std::max(0.0, level_ - 100 * seconds_of(later - level_at_) / seconds_of(window_));
  double gone = 0;
  for (const auto& entry : ledger_) {
    const Instant leaves = entry.at + window_;
    if (leaves > later) break;
    if (leaves > level_at_) gone += entry.points * cost_;
  }
  // What nobody of us has made leaves too, when its window is over.
  return later - level_at_ >= window_ ? 0 : std::max(0.0, level_ - gone);
}

void QuotaLimit::take(double points, Instant own, Instant place) {
  level_ = level_after(own) + points * cost_;
  level_at_ = std::max(own, level_at_);
  pending_.push_back({own, place, points, level_ <= std::max(ceiling, points * cost_)});
}

void QuotaLimit::sent(double points, Instant now) {
  forget_before(now - window_);
  const auto step = window_ / ledger_steps;
  if (!ledger_.empty() && now - ledger_.back().begun < step) {
    ledger_.back().points += points;
    ledger_.back().at = now;
  } else {
    ledger_.push_back({now, now, points});
  }
}

std::optional<QuotaLimit::Pending> QuotaLimit::remove_pending(double points, Instant place) {
  const auto found =
      std::ranges::find_if(pending_, [&](const Pending& one) { return one.place == place && one.points == points; });
  if (found == pending_.end()) return std::nullopt;
  const auto removed = *found;
  pending_.erase(found);
  return removed;
}

void QuotaLimit::settle(double points, Instant place, bool is_answered) {
  const auto pending = remove_pending(points, place);
  if (!pending) return;
  // The share that a refusal tells is no price of a call.
  answered_ = is_answered ? answered_ + points : 0;
  answered_calls_ = is_answered ? answered_calls_ + 1 : 0;
  if (!is_answered || pending->has_room) return;
  refused_for_ = Duration::zero();
  if (shape_ == Shape::rolling && told_at_ != Instant{} && !std::exchange(looked_in_vain_, true)) {
    // Whether it is full still is for the answer to tell: that comes next.
    look_gap_ = std::min(2 * patience(), Duration(window_ / told_patience_most));
    return;
  }
  look_gap_ = Duration::zero();
  looked_in_vain_ = false;
  if (learned_) cost_ = 0;
  learned_ = false;
  replay(0, level_at_);
}

void QuotaLimit::give_back(double points, Instant place) {
  if (remove_pending(points, place)) level_ = std::max(0.0, level_ - points * cost_);
}

void QuotaLimit::tell(double percent, Instant now, Duration empties_in) {
  empties_in_ = empties_in;
  looked_in_vain_ = false;
  percent = std::clamp(percent, 0.0, 1000.0);
  learn_cycle(percent);
  const double faded = shape_ == Shape::leaking && told_at_ != Instant{}
                           ? std::max(0.0, told_ - 100 * seconds_of(now - told_at_) / seconds_of(window_))
                           : told_;
  const double grown = percent - faded;
  if (told_at_ != Instant{} && answered_ > 0 && grown >= worth_learning) {
    const double seen = grown / answered_;
    growth_.add(grown, answered_, answered_calls_);
    // What is published holds unless calls plainly cost more.
    if (published_ <= 0 || seen > 2 * cost_) cost_ = cost_ > 0 ? (1 - smoothing) * cost_ + smoothing * seen : seen;
  }
  // While it grows by less than can be told from rounding, growth is gathered.
  if (grown >= worth_learning || grown < 0 || told_at_ == Instant{}) {
    told_ = percent;
    told_at_ = now;
    answered_ = 0;
    answered_calls_ = 0;
  }
  replay(percent, now);
  if (level_ + cost_ <= ceiling) look_gap_ = Duration::zero();
}

// A leaking limit is empty after a time as long as it is full; one that is emptied at once has a time of its own. What
// a full one is told is a block and says nothing.
void QuotaLimit::learn_cycle(double percent) {
  if (shape_ != Shape::leaking || empties_in_ <= Duration::zero() || percent >= 90) return;
  const double told = seconds_of(empties_in_);
  const double leaking = percent / 100 * seconds_of(window_);
  if (std::abs(told - leaking) <= std::max(2.0, leaking / 4)) {
    cycle_ = Duration::zero();
  } else {
    cycle_ = std::max(cycle_, empties_in_);
  }
}

// The truth of this moment, and on top of it every call that is on its way or has a place.
void QuotaLimit::replay(double percent, Instant now) {
  level_ = percent;
  level_at_ = now;
  for (const auto& one : pending_) {
    const Instant at = std::max(now, one.own);
    level_ = level_after(at) + one.points * cost_;
    level_at_ = at;
  }
}

void QuotaLimit::refuse(double points, Instant now, Duration wait) {
  refused_for_ = std::min(std::max(wait, 2 * refused_for_), window_);
  if (cost_ <= 0) {
    // The refused call itself did not fit any more.
    cost_ = 100 / std::max(least_capacity, (capacity_from_ledger(now) - points) * learned_share);
    learned_ = true;
  } else if (published_ <= 0) {
    cost_ /= learned_share;
  }
  replay(100, now);
}

void QuotaLimit::publish(double capacity) {
  if (capacity <= 0 || published_ == capacity) return;
  published_ = capacity;
  cost_ = 100 / capacity;
}

void QuotaLimit::assume(double capacity, Instant now) {
  if (cost_ > 0 || capacity <= 0) return;
  cost_ = 100 / capacity;
  learned_ = true;
  const double points = shape_ == Shape::leaking ? leaked_level(capacity, now) : points_since(now - window_);
  replay(points * cost_, now);
}

double QuotaLimit::percent(Instant now) const {
  return level_after(now);
}

void QuotaLimit::Growth::add(double percent, double points, double calls) {
  square += percent * percent;
  by_points += percent * points;
  points_square += points * points;
  by_calls += percent * calls;
  calls_square += calls * calls;
}

bool QuotaLimit::Growth::is_by_calls() const {
  const double off_points = square - by_points * a_point();
  const double off_calls = square - by_calls * a_call();
  return off_calls < off_points;
}

QuotaOutlook QuotaLimit::outlook(Instant now) const {
  QuotaOutlook outlook{.window = window_, .capacity = capacity(), .percent = percent(now)};
  const double seen = growth_.a_point();
  if (seen > 0 && (published_ <= 0 || seen > 2 * 100 / published_)) {
    outlook.by_calls = growth_.is_by_calls();
    outlook.capacity = 100 / (outlook.by_calls ? growth_.a_call() : seen);
  }
  outlook.shape = shape_ == Shape::leaking ? QuotaOutlook::Shape::leaking : QuotaOutlook::Shape::rolling;
  if (cycle_ <= Duration::zero()) return outlook;
  outlook.shape = QuotaOutlook::Shape::cycles;
  outlook.window = cycle_;
  outlook.empties_in = std::max(Duration::zero(), empties_in_ - (now - level_at_));
  if (outlook.empties_in == Duration::zero()) outlook.percent = 0;
  return outlook;
}

void QuotaLimit::forget_before(Instant instant) {
  while (!ledger_.empty() && ledger_.front().at <= instant) ledger_.pop_front();
}

double QuotaLimit::points_since(Instant instant) const {
  double sum = 0;
  for (const auto& entry : ledger_) {
    if (entry.at > instant) sum += entry.points;
  }
  return sum;
}

double QuotaLimit::leaked_level(double capacity, Instant now) const {
  const double leak = capacity / seconds_of(window_);
  double level = 0;
  Instant at{};
  for (const auto& entry : ledger_) {
    if (entry.at > now) break;
    if (at != Instant{}) level = std::max(0.0, level - leak * seconds_of(entry.at - at));
    level += entry.points;
    at = entry.at;
  }
  return std::max(0.0, level - leak * seconds_of(now - std::max(at, now - window_)));
}

double QuotaLimit::capacity_from_ledger(Instant now) const {
  const double most = points_since(now - window_);
  if (shape_ == Shape::rolling) return most;
  // The larger the limit, the faster it leaks and the lower the level: one crossing.
  double low = 0;
  double high = std::max(most, 1.0);
  for (int halving = 0; halving < 40; ++halving) {
    const double middle = (low + high) / 2;
    (leaked_level(middle, now) >= middle ? low : high) = middle;
  }
  return low;
}

}  // namespace adfill
