// One limit that a platform sets to a scope's calls: how full it is, what a call costs, when the next one fits. Pure.
//
// All is reckoned in percent of the limit. What a call costs is published (a capacity in points), seen in headers (the
// share grew by so much after so many points), or learned from a refusal: the ledger of own calls tells at which level
// it came. Until one of these is known a limit holds nobody up. An answer's share is the truth of its moment, calls of
// others included; calls that are on their way or have a place are added on top of it.
//
// Two shapes. Leaking: points run out evenly, a full limit in `window` (Meta's account score). Rolling: each call
// counts for `window` after it was made (an hour, for most).
#pragma once

#include "core/instant.h"

#include <deque>
#include <optional>

namespace adfill {

// What is known of a limit, for reckoning ahead.
struct QuotaOutlook {
  // As QuotaLimit's shapes; or it is emptied at once, a window after the first call that it counts.
  enum class Shape { leaking, rolling, cycles };
  Shape shape = Shape::rolling;
  Duration window{};
  double capacity = 0;    // points; 0: not known
  bool by_calls = false;  // each call is a point, whatever is published
  double percent = 0;     // how full it is
  Duration empties_in{};  // of a cycle: what is left of it
};

class QuotaLimit {
 public:
  enum class Shape { leaking, rolling };

  QuotaLimit(Shape shape, Duration window) : shape_(shape), window_(window) {}

  // The first instant, not before `now`, at which a call of that many points keeps the limit below `ceiling` percent,
  // all places given before included. It is never waited for longer than some patience after the place given last, the
  // last refusal or the last share told: a limit that empties faster than it was thought to is found out by asking, a
  // rolling one that is told to be full ever more seldom, so that the asking does not fill what is left free.
  [[nodiscard]] Instant next(double points, Instant now) const;
  // A call got `place`. This limit alone would have let it go at `own` (next()), and reckons it from then, so that what
  // waits for another limit holds nobody up here.
  void take(double points, Instant own, Instant place);
  // The call is made now.
  void sent(double points, Instant now);
  // The call of that place was answered, refused or lost on the way. Where one was answered that had no room, as all
  // was reckoned, the limit is taken for empty, and what a refusal has taught is forgotten; of a rolling limit that was
  // told before, when a second one in a row tells nothing (Meta's usage headers are on most answers only, and gone
  // where few calls are made: docs/graph-api/overview/rate-limiting).
  void settle(double points, Instant place, bool is_answered);
  // The call of that place will not be made.
  void give_back(double points, Instant place);

  // An answer said how full it is, and perhaps in what time it would be empty; zero where it did not say.
  void tell(double percent, Instant now, Duration empties_in = Duration::zero());
  // A call of that many points was refused because of it: it was full. The platform asked for a wait that long, or is
  // usually left alone for it. Refused again and again it is left alone for twice as long each time.
  void refuse(double points, Instant now, Duration wait);
  // How many points it holds, where the platform publishes that.
  void publish(double capacity);
  // What a refusal has taught for a limit like this one; nothing where more is known.
  void assume(double capacity, Instant now);

  [[nodiscard]] double percent(Instant now) const;
  // What a call costs there is what answers have shown on the whole, where what is published is plainly not it.
  [[nodiscard]] QuotaOutlook outlook(Instant now) const;
  // Points it holds; 0 while that is not known.
  [[nodiscard]] double capacity() const { return cost_ > 0 ? 100 / cost_ : 0; }
  [[nodiscard]] bool is_learned() const { return learned_; }

  // A whole percent of what a header rounds down, one for what others may do meanwhile, and the cost of one write.
  static constexpr double ceiling = 96;

 private:
  struct Entry {
    Instant begun;
    Instant at;  // of its last call
    double points = 0;
  };
  // By how much answers' shares grew over points and over calls, as sums for the two lines through zero.
  struct Growth {
    double square = 0;
    double by_points = 0;
    double points_square = 0;
    double by_calls = 0;
    double calls_square = 0;
    void add(double percent, double points, double calls);
    [[nodiscard]] double a_point() const { return points_square > 0 ? by_points / points_square : 0; }
    [[nodiscard]] double a_call() const { return calls_square > 0 ? by_calls / calls_square : 0; }
    // Every call costs the same, whatever it is.
    [[nodiscard]] bool is_by_calls() const;
  };
  struct Pending {
    Instant own;
    Instant place;
    double points = 0;
    bool has_room = true;
  };

  [[nodiscard]] Duration patience() const;
  [[nodiscard]] double level_after(Instant later) const;
  [[nodiscard]] Instant next_with_room(double points, Instant from) const;
  [[nodiscard]] Instant next_rolling(double room_needed, Instant from) const;
  void learn_cycle(double percent);
  void replay(double percent, Instant now);
  void forget_before(Instant instant);
  [[nodiscard]] double points_since(Instant instant) const;
  std::optional<Pending> remove_pending(double points, Instant place);
  // The capacity at which the ledger's calls just fill the limit at `now`.
  [[nodiscard]] double capacity_from_ledger(Instant now) const;
  [[nodiscard]] double leaked_level(double capacity, Instant now) const;

  Shape shape_;
  Duration window_;
  double cost_ = 0;              // percent a point; 0: not known
  double published_ = 0;         // capacity, as the platform publishes it; 0: it does not
  bool learned_ = false;         // from a refusal
  Duration refused_for_{};       // how long it is left alone since the last refusal; zero once a call was answered
  Duration look_gap_{};          // of a rolling one that is full by what is told: until the next look at it
  bool looked_in_vain_ = false;  // such a look was answered, and nothing was told since
  double level_ = 0;             // percent, at `level_at_`
  Instant level_at_{};
  double told_ = 0;  // what an answer said last, and when
  Instant told_at_{};
  Duration empties_in_{};
  double answered_ = 0;  // points answered since then
  double answered_calls_ = 0;
  Growth growth_;
  Duration cycle_{};             // the longest time after which it is said to be empty, were that no leaking
  std::deque<Pending> pending_;  // places given whose calls are not answered yet, in order
  std::deque<Entry> ledger_;     // own calls of the last window, gathered into three hundred steps
};

}  // namespace adfill
