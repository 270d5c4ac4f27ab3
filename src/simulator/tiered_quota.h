// The quotas of an app's access tier, as the platform's pages describe them: an account's score (a read is a point, a
// write three; a full score runs empty in five minutes; at the maximum the account is blocked for a while), its calls
// of a rolling hour by business use case, and the app's calls of a rolling hour. Pure: time is passed in.
#pragma once

#include "core/instant.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace adfill {

struct TierRules {
  double score = 60;  // points
  Duration block = std::chrono::seconds(300);
  double insights = 600;    // calls an hour, + 400 an ad
  double management = 300;  // + 40 an ad
  double app = 0;           // calls an hour; 0: any number
};
// "limited" or "full".
[[nodiscard]] TierRules rules_of_tier(const std::string& tier, int ads, int app_calls);

class TieredQuota {
 public:
  enum class Limit { none, score, insights, management, app };
  struct Verdict {
    Limit refused_by = Limit::none;
    bool during_cool_down = false;  // the caller had been told to wait, and did not
    double score_percent = 0;
    double insights_percent = 0;
    double management_percent = 0;
    std::int64_t reset_seconds = 0;   // until the account's block is over
    std::int64_t regain_minutes = 0;  // until there is room in the hour
  };

  explicit TieredQuota(TierRules rules) : rules_(rules) {}

  // Counts a call that arrived at `arrived` and is answered now. A refused one costs nothing.
  [[nodiscard]] Verdict count(const std::string& account, bool is_insights, double points, Instant arrived,
                              Instant now);
  // How full the app's hour is: told with every answer, also where the call was about no account.
  [[nodiscard]] double app_percent(Instant now);
  // Points that calls of this account have cost in all.
  [[nodiscard]] const std::map<std::string, double>& points() const { return points_; }

 private:
  struct Hour {
    std::deque<Instant> calls{};
    void forget_before(Instant instant);
    [[nodiscard]] bool is_full(double most, Instant now);
    [[nodiscard]] double percent(double most) const {
      return most > 0 ? 100.0 * static_cast<double>(calls.size()) / most : 0;
    }
  };
  struct Cooling {
    Instant until{};
    Instant told_at{};
    // True for a call that was sent after somebody had been told.
    [[nodiscard]] bool meets(Instant arrived, Instant now);
    void begin(Instant end, Instant now);
  };
  struct Account {
    double score = 0;
    Instant score_at{};
    Hour insights{};
    Hour management{};
    Cooling cooling{};
    Limit cooled_by = Limit::none;
  };

  void leak(Account& account, Instant now) const;
  void tell(Verdict& verdict, const Account& account, Instant now) const;

  TierRules rules_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, double> points_;
  Hour app_;
  Cooling app_cooling_;
};

}  // namespace adfill
