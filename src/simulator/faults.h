// Faults that calls meet: those put in by POST /simulator/fault, and a share of all calls drawn from the seed and the
// call's number.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

enum class FaultKind {
  transient,      // 500 (or `status`), code 2
  html,           // 503 (or `status`), a page of HTML
  cut,            // the answer's first half, then the connection ends
  slow,           // answered after `ms`
  garbage,        // 200 (or `status`) with `body`
  throttle,       // the account is closed for `seconds`
  expired_token,  // 190/463
  reduce,         // 1: asks for less data, on pages of `limit` rows or more
  too_large,      // 100/1487534: a question with too many rows
  report_failed,  // the report being made will fail, with `code` if one is given
  stuck,          // the report being made stays at 0 %
  no_answer,      // a batch's item is null
  error,          // `code` with `subcode`, `message` and `user_message`, `status` (400)
};
[[nodiscard]] std::optional<FaultKind> parse_fault(std::string_view name);
[[nodiscard]] std::string_view name_of(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::transient;
  std::int64_t count = 1;        // calls that it still meets; not used with a rate
  std::optional<double> rate{};  // share of calls it meets, until it is cleared
  std::string account{};         // digits; empty: every account
  std::string on{};              // a kind of call ("insights", "poll" …); empty: every one it can meet
  int status = 0;
  std::string body{};
  std::int64_t seconds = 60;
  std::int64_t ms = 2000;
  int limit = 101;
  int code = 0;
  int subcode = 0;  // 0: none
  bool is_transient = false;
  std::string message{};
  std::string user_message{};
};

// What of a call decides whether a fault can meet it.
struct FaultTarget {
  std::string_view call;     // the kind of call
  std::string_view account;  // digits; empty when it is about none
  int limit = 0;             // rows asked for; 0 when it isn't a list
  bool makes_report = false;
  bool asks_insights = false;
  bool in_batch = false;
};

class Faults {
 public:
  // `share` of the calls meet a fault drawn from `seed`.
  Faults(std::uint64_t seed, double share) : seed_(seed), share_(share) {}

  void arm(Fault fault) { armed_.push_back(std::move(fault)); }
  // Takes back all armed faults and stops drawing.
  void clear();
  // The fault that the next call meets. Every call asks once; its number is its turn.
  [[nodiscard]] std::optional<Fault> meet(const FaultTarget& target);
  [[nodiscard]] const std::map<std::string, std::int64_t, std::less<>>& met() const { return met_; }

 private:
  [[nodiscard]] std::optional<Fault> take(const FaultTarget& target, std::uint64_t bits);
  [[nodiscard]] std::optional<Fault> draw(const FaultTarget& target, std::uint64_t bits) const;

  std::uint64_t seed_;
  double share_;
  std::uint64_t calls_ = 0;
  std::vector<Fault> armed_;
  std::map<std::string, std::int64_t, std::less<>> met_;
};

}  // namespace adfill
