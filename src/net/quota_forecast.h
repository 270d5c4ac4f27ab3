// A limit played ahead: when calls that are only thought of would go. Pure.
#pragma once

#include "net/quota_limit.h"

#include <deque>

namespace adfill {

class QuotaForecast {
 public:
  // As it stands at `now`. One whose capacity is not known holds nothing up.
  QuotaForecast(const QuotaOutlook& outlook, Instant now);
  // The first instant, not before `from`, at which a call of that many points fits.
  [[nodiscard]] Instant next(double points, Instant from) const;
  // The call is made. Calls come in the order of their times.
  void take(double points, Instant at);

 private:
  struct Made {
    Instant at;
    double points = 0;
  };

  QuotaOutlook::Shape shape_;
  Duration window_;
  double most_ = 0;  // points that fit; 0: any number
  double level_ = 0;
  Instant level_at_;
  Instant ends_{};            // of the cycle; no call has begun one while it is past
  std::deque<Made> counted_;  // calls of a rolling window
};

}  // namespace adfill
