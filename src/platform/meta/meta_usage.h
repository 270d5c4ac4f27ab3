// What Meta's answers tell of quotas: headers to the governor, and when a refused caller may come back.
// (developers.facebook.com/documentation/ads-commerce/marketing-api/overview/rate-limiting,
// developers.facebook.com/docs/graph-api/overview/rate-limiting)
#pragma once

#include "core/instant.h"
#include "net/governor.h"
#include "net/http_client.h"
#include "platform/meta/meta_errors.h"
#include "platform/platform_call.h"

#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// The scopes of an integration's calls. `app` is empty while the app is not known.
struct MetaScopes {
  std::string account;                       // "meta:account:act_123"
  std::string app;                           // "meta:app:…"
  std::string number;                        // of the ad account, without act_: its name in the headers
  Duration retry_base = default_retry_base;  // of the settings: a pause that Meta does not tell is in proportion to it

  // `known`: as verify() gave them; the account's own is added where it is missing.
  MetaScopes(const std::string& account_id, const std::vector<std::string>& known);
  [[nodiscard]] std::vector<std::string> all() const;
  // Whose quota that is, as far as it is known.
  [[nodiscard]] const std::string& of(MetaQuota quota) const;
};

// Meta's limits. An account's score: a read is a point, a write three, a full score runs empty in five minutes.
// Business use cases and the app: calls of a rolling hour. The capacity behind X-FB-Ads-Insights-Throttle has no window
// that is told: taken for one that runs empty in five minutes.
inline constexpr QuotaRule score_limit{"score", QuotaLimit::Shape::leaking, std::chrono::minutes(5)};
inline constexpr QuotaRule insights_limit{"insights", QuotaLimit::Shape::rolling, std::chrono::hours(1)};
inline constexpr QuotaRule management_limit{"management", QuotaLimit::Shape::rolling, std::chrono::hours(1)};
inline constexpr QuotaRule load_limit{"insights load", QuotaLimit::Shape::leaking, std::chrono::minutes(5)};
inline constexpr QuotaRule reach_limit{"reach", QuotaLimit::Shape::rolling, std::chrono::hours(24)};
inline constexpr QuotaRule app_limit{"calls", QuotaLimit::Shape::rolling, std::chrono::hours(1)};

// Points that the score of a tier holds, as Meta publishes it; 0 for a tier that is not known.
[[nodiscard]] double published_score(std::string_view tier);

// What a call at that path uses up. `path` begins with the account's id, a report's id, or is about none of them.
[[nodiscard]] std::vector<QuotaUse> uses_of(const MetaScopes& scopes, std::string_view method, std::string_view path);

// Tells the governor what this answer's headers name: shares of limits for the account and for the app, the tier, and
// an account that Meta holds back although it answered this once.
void observe_usage(const HttpAnswer& answer, const MetaScopes& scopes, Governor& governor, Instant now);
// Tells the governor which limit a refusal was about, so that it learns what no header told.
void learn_refusal(const Failure& failure, const MetaScopes& scopes, Governor& governor, Instant now);

// When calls are allowed again after a refusal: the latest time that a header tells, else what Meta's pages say of that
// quota, in proportion to the set back-off (5 minutes at its default of 30 s). Never more than a day ahead.
[[nodiscard]] Instant resume_time(const Headers& headers, const MetaScopes& scopes, MetaQuota quota, Instant now);

}  // namespace adfill
