// The simulator's own calls under /simulator/: exact totals, what was served, figures changed and faults put in while
// running. Errors are 400 or 404 with {"error": why}.
#pragma once

#include "core/instant.h"
#include "net/http_server.h"
#include "simulator/faults.h"
#include "simulator/stats.h"
#include "simulator/tiered_quota.h"
#include "simulator/world.h"

namespace adfill {

class Control {
 public:
  // All of them outlive it.
  Control(World& world, Faults& faults, const Stats& stats, const TieredQuota& tiered)
      : world_(world), faults_(faults), stats_(stats), tiered_(tiered) {}

  // GET  /simulator/truth?account=&since=&until=&type=ads|demographics|account|creatives; without days: the whole
  // history GET  /simulator/stats GET  /simulator/images/{hash}.svg, what image_url points to POST /simulator/restate
  // {"account","since","until","factor_percent"?,"remove_ads"? (how many, or a list of ids),
  //      "keep_in_account_total"?}, or {"account","clear":true}; the answer has the totals before and after
  // POST /simulator/fault {"kind","count"?|"rate"?,"account"?,"on"?,"status"?,"body"?,"seconds"?,"ms"?,"limit"?,
  //      "code"?,"subcode"?,"is_transient"?,"message"?,"user_message"?}, or
  // {"kind":"clear"}
  [[nodiscard]] HttpResponse answer(const HttpRequest& request, Instant now);

 private:
  [[nodiscard]] HttpResponse truth(const HttpRequest& request, Instant now);
  [[nodiscard]] HttpResponse stats() const;
  [[nodiscard]] HttpResponse restate(const HttpRequest& request, Instant now);
  [[nodiscard]] HttpResponse fault(const HttpRequest& request);

  World& world_;
  Faults& faults_;
  const Stats& stats_;
  const TieredQuota& tiered_;
};

}  // namespace adfill
