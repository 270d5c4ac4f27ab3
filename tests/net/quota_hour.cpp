// Limits of a rolling hour that headers tell of, with calls under way at once: approached, and looked at while full.
#include "net/governor.h"

#include <doctest/doctest.h>

#include <cmath>
#include <deque>
#include <map>
#include <vector>

using namespace adfill;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant start = instant_from_micros(1'772'337'906'000'000);
constexpr QuotaRule hourly{"calls", QuotaLimit::Shape::rolling, hours(1)};
const std::vector<QuotaUse> use{{"app", hourly, 1, "app"}};

// A platform's hour, which refuses what is too much until its oldest call is an hour old.
struct Hour {
  std::size_t most;
  std::deque<Instant> calls{};
  int refused = 0;

  bool call(Instant now) {
    while (!calls.empty() && calls.front() + hours(1) <= now) calls.pop_front();
    const bool is_good = calls.size() < most;
    if (is_good) {
      calls.push_back(now);
    } else {
      ++refused;
    }
    return is_good;
  }
  // As headers tell it: rounded down.
  double percent() const { return std::floor(100.0 * static_cast<double>(calls.size()) / static_cast<double>(most)); }
};

// Callers that each make one call after another, which takes up to two hundred milliseconds; on a clock of its own.
class Callers {
 public:
  explicit Callers(Hour& platform) : platform_(platform) {}

  // Returns after so long.
  Duration make(int callers, int calls) {
    for (int caller = 0; caller < callers; ++caller) wakes_.emplace(start + milliseconds(7 * caller), Call{});
    while (answered_ < calls) {
      const auto next = wakes_.extract(wakes_.begin());
      now_ = next.key();
      if (next.mapped().is_under_way) {
        arrive(next.mapped());
      } else {
        try_to_send();
      }
    }
    return now_ - start;
  }

 private:
  struct Call {
    bool is_under_way = false;
    Instant place{};
  };

  void try_to_send() {
    if (const auto closed = governor_.closed_until({"app"}, now_)) return wake(*closed);
    const auto place = governor_.reserve({"app"}, now_, now_, use);
    if (place > now_) return wake(std::min(place, now_ + seconds(1)));
    governor_.sent(use, now_);
    wakes_.emplace(now_ + milliseconds(40 + 37 * (++sent_ % 5)), Call{true, now_});
  }
  void arrive(const Call& call) {
    const bool is_good = platform_.call(now_);
    governor_.settle(use, call.place, is_good);
    governor_.tell("app", hourly, platform_.percent(), now_);
    if (is_good) {
      ++answered_;
    } else {
      governor_.refuse(use.front(), now_, minutes(5));
      governor_.close("app", now_ + minutes(5), "too many calls");
    }
    wake(now_ + milliseconds(500 + 311 * (sent_ % 7)));
  }
  void wake(Instant when) { wakes_.emplace(when, Call{}); }

  Hour& platform_;
  Governor governor_{};
  std::multimap<Instant, Call> wakes_{};
  Instant now_ = start;
  int sent_ = 0;
  int answered_ = 0;
};

void fill(QuotaLimit& limit, int calls, Instant now) {
  for (int call = 0; call < calls; ++call) {
    limit.take(1, now, now);
    limit.sent(1, now);
    limit.settle(1, now, true);
  }
}

// A call goes when it may, and is answered; when.
Instant call_next(QuotaLimit& limit, Instant now) {
  const auto place = limit.next(1, now);
  limit.take(1, place, place);
  limit.sent(1, place);
  limit.settle(1, place, true);
  return place;
}

}  // namespace

TEST_CASE("an hour that headers tell of is filled again and again, and no call is refused") {
  for (const std::size_t most : {200U, 400U, 1500U}) {
    for (const int callers : {6, 60}) {
      Hour platform{most};
      const int calls = static_cast<int>(most) * 5;
      const auto taken = Callers(platform).make(callers, calls);
      CAPTURE(most);
      CAPTURE(callers);
      CHECK(platform.refused == 0);
      // 96 of a hundred each hour; the first lot at once.
      CHECK(taken < hours(5) + minutes(20));
    }
  }
}

TEST_CASE("a full hour is looked at ever more seldom, until there is room") {
  QuotaLimit limit(QuotaLimit::Shape::rolling, hours(1));
  limit.tell(0, start);
  fill(limit, 192, start);
  limit.tell(96, start);
  Instant now = start;
  for (const int seconds_on : {20, 60, 140, 300, 620}) {
    now = call_next(limit, now);
    CHECK(now == start + seconds(seconds_on));
    limit.tell(96, now);
  }
  now += seconds(3);
  limit.tell(50, now);
  CHECK(limit.next(1, now) == now);
  limit.tell(96, now);
  CHECK(limit.next(1, now) == now + seconds(20));
}

TEST_CASE("of a limit that is no longer told a first look leaves it as full as it was, a second takes it for empty") {
  QuotaLimit limit(QuotaLimit::Shape::rolling, hours(1));
  limit.tell(0, start);
  fill(limit, 192, start);
  limit.tell(96, start);
  CHECK(call_next(limit, start) == start + seconds(20));
  CHECK(call_next(limit, start + seconds(20)) == start + seconds(60));
  CHECK(limit.next(1, start + seconds(60)) == start + seconds(60));
  CHECK(limit.percent(start + seconds(60)) == 0);
  limit.tell(96, start + seconds(61));
  CHECK(limit.next(1, start + seconds(61)) == start + seconds(81));
}
