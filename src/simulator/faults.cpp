#include "simulator/faults.h"

#include "simulator/mix.h"

#include <algorithm>
#include <array>
#include <utility>

namespace adfill {
namespace {

constexpr std::array<std::pair<std::string_view, FaultKind>, 13> kinds{{
    {"transient", FaultKind::transient},
    {"html", FaultKind::html},
    {"cut", FaultKind::cut},
    {"slow", FaultKind::slow},
    {"garbage", FaultKind::garbage},
    {"throttle", FaultKind::throttle},
    {"expired_token", FaultKind::expired_token},
    {"reduce", FaultKind::reduce},
    {"too_large", FaultKind::too_large},
    {"report_failed", FaultKind::report_failed},
    {"stuck", FaultKind::stuck},
    {"no_answer", FaultKind::no_answer},
    {"error", FaultKind::error},
}};

double fraction(std::uint64_t bits) {
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

bool can_meet(const Fault& fault, const FaultTarget& target) {
  if (!fault.account.empty() && fault.account != target.account) return false;
  if (!fault.on.empty() && fault.on != target.call) return false;
  switch (fault.kind) {
    case FaultKind::report_failed:
    case FaultKind::stuck:
      return target.makes_report;
    case FaultKind::too_large:
      return target.makes_report || target.asks_insights;
    case FaultKind::reduce:
      return target.limit >= fault.limit;
    case FaultKind::throttle:
      return !target.account.empty();
    case FaultKind::no_answer:
      return target.in_batch;
    case FaultKind::transient:
    case FaultKind::html:
    case FaultKind::cut:
    case FaultKind::slow:
    case FaultKind::garbage:
    case FaultKind::expired_token:
    case FaultKind::error:
      break;
  }
  return true;
}

}  // namespace

std::optional<FaultKind> parse_fault(std::string_view name) {
  const auto found = std::ranges::find(kinds, name, [](const auto& one) { return one.first; });
  return found == kinds.end() ? std::nullopt : std::optional<FaultKind>(found->second);
}

std::string_view name_of(FaultKind kind) {
  return std::ranges::find(kinds, kind, [](const auto& one) { return one.second; })->first;
}

void Faults::clear() {
  armed_.clear();
  share_ = 0;
}

std::optional<Fault> Faults::meet(const FaultTarget& target) {
  const auto bits = mix(mix(seed_, "faults"), calls_++);
  auto fault = take(target, bits);
  if (!fault) fault = draw(target, bits);
  if (fault) ++met_[std::string(name_of(fault->kind))];
  return fault;
}

std::optional<Fault> Faults::take(const FaultTarget& target, std::uint64_t bits) {
  for (auto armed = armed_.begin(); armed != armed_.end(); ++armed) {
    bits = mix(bits, 1);
    if (!can_meet(*armed, target) || (armed->rate && fraction(bits) >= *armed->rate)) continue;
    auto fault = *armed;
    if (!armed->rate && --armed->count <= 0) armed_.erase(armed);
    return fault;
  }
  return std::nullopt;
}

std::optional<Fault> Faults::draw(const FaultTarget& target, std::uint64_t bits) const {
  if (fraction(bits) >= share_) return std::nullopt;
  constexpr std::array<FaultKind, 10> likely{
      FaultKind::transient, FaultKind::html,      FaultKind::cut,       FaultKind::slow,  FaultKind::report_failed,
      FaultKind::reduce,    FaultKind::transient, FaultKind::too_large, FaultKind::stuck, FaultKind::report_failed};
  Fault fault;
  fault.kind = likely.at(mix(bits, 2) % likely.size());
  // Drawn ones pass: a report that never moves would only show a client's patience.
  fault.ms = 500;
  fault.seconds = 10;
  if (!can_meet(fault, target)) fault.kind = FaultKind::transient;
  return fault;
}

}  // namespace adfill
