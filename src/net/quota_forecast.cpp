#include "net/quota_forecast.h"

#include <algorithm>

namespace adfill {

QuotaForecast::QuotaForecast(const QuotaOutlook& outlook, Instant now)
    : shape_(outlook.shape),
      window_(outlook.window),
      most_(outlook.capacity * QuotaLimit::ceiling / 100),
      level_(outlook.capacity * outlook.percent / 100),
      level_at_(now) {
  if (shape_ == QuotaOutlook::Shape::cycles && outlook.empties_in > Duration::zero()) ends_ = now + outlook.empties_in;
  // What is in it came lately, for all that is known.
  if (shape_ == QuotaOutlook::Shape::rolling && level_ > 0) counted_.push_back({now, level_});
}

Instant QuotaForecast::next(double points, Instant from) const {
  if (most_ <= 0) return from;
  // What costs more than all of it goes when it is empty. Sums of shares are no exact numbers.
  const double room = std::max(0.0, most_ - points) + 1e-6 * most_;
  if (shape_ == QuotaOutlook::Shape::cycles) return from >= ends_ || level_ <= room ? from : ends_;
  if (shape_ == QuotaOutlook::Shape::leaking) {
    const double seconds = std::chrono::duration<double>(window_).count();
    const double a_second = most_ * 100 / QuotaLimit::ceiling / seconds;
    return std::max(from, level_at_ + from_seconds(std::max(0.0, level_ - room) / a_second));
  }
  double level = level_;
  Instant fits = from;
  for (const auto& made : counted_) {
    const Instant leaves = made.at + window_;
    if (leaves > from && level <= room) break;
    level -= made.points;
    fits = std::max(fits, leaves);
  }
  return fits;
}

void QuotaForecast::take(double points, Instant at) {
  if (most_ <= 0) return;
  switch (shape_) {
    case QuotaOutlook::Shape::cycles:
      if (at >= ends_) {
        ends_ = at + window_;
        level_ = 0;
      }
      break;
    case QuotaOutlook::Shape::leaking: {
      const double seconds = std::chrono::duration<double>(window_).count();
      const double passed = std::chrono::duration<double>(at - level_at_).count();
      level_ = std::max(0.0, level_ - most_ * 100 / QuotaLimit::ceiling * std::max(0.0, passed) / seconds);
      level_at_ = std::max(at, level_at_);
      break;
    }
    case QuotaOutlook::Shape::rolling:
      while (!counted_.empty() && counted_.front().at + window_ <= at) {
        level_ -= counted_.front().points;
        counted_.pop_front();
      }
      counted_.push_back({at, points});
      break;
  }
  level_ += points;
}

}  // namespace adfill
