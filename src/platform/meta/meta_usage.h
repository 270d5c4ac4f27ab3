// What Meta's answers tell of quotas: headers to the governor, and when a refused caller may come back.
// (developers.facebook.com/documentation/ads-commerce/marketing-api/overview/rate-limiting,
// developers.facebook.com/docs/graph-api/overview/rate-limiting)
#pragma once

#include "core/instant.h"
#include "net/governor.h"
#include "net/http_client.h"
#include "platform/meta/meta_errors.h"

#include <string>
#include <vector>

namespace adfill {

// The scopes of an integration's calls. `app` is empty while the app is not known.
struct MetaScopes {
  std::string account;  // "meta:account:act_123"
  std::string app;      // "meta:app:…"
  std::string number;   // of the ad account, without act_: its name in the headers

  // `known`: as verify() gave them; the account's own is added where it is missing.
  MetaScopes(const std::string& account_id, const std::vector<std::string>& known);
  [[nodiscard]] std::vector<std::string> all() const;
  // Whose quota that is, as far as it is known.
  [[nodiscard]] const std::string& of(MetaQuota quota) const;
};

// Tells the governor the highest share of any limit that this answer's headers name, for the account and for the app.
void observe_usage(const HttpAnswer& answer, const MetaScopes& scopes, Governor& governor);

// When calls are allowed again after a refusal: the latest time that a header tells, else what Meta's pages say of that
// quota. Never more than a day ahead.
[[nodiscard]] Instant resume_time(const Headers& headers, const MetaScopes& scopes, MetaQuota quota, Instant now);

}  // namespace adfill
