#include "platform/meta/meta_error_table.h"

#include <algorithm>
#include <array>

namespace adfill {
namespace {

using Kind = Failure::Kind;
using enum MetaQuota;

// Pages.
constexpr std::string_view insights_page =
    "https://developers.facebook.com/documentation/ads-commerce/marketing-api/insights/error-codes";
constexpr std::string_view errors_page =
    "https://developers.facebook.com/documentation/ads-commerce/marketing-api/error-reference";
constexpr std::string_view graph_page = "https://developers.facebook.com/docs/graph-api/guides/error-handling";
constexpr std::string_view limits_page =
    "https://developers.facebook.com/documentation/ads-commerce/marketing-api/overview/rate-limiting";
constexpr std::string_view graph_limits_page = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting";
constexpr std::string_view insights_edge_page =
    "https://developers.facebook.com/documentation/ads-commerce/marketing-api/reference/ad-campaign/insights";
constexpr std::string_view account_page =
    "https://developers.facebook.com/documentation/ads-commerce/marketing-api/reference/ad-account";
constexpr std::string_view versions_page =
    "https://developers.facebook.com/documentation/ads-commerce/marketing-api/overview/versioning";
constexpr std::string_view secure_page = "https://developers.facebook.com/docs/graph-api/guides/secure-requests";
// Met by others' collectors.
constexpr std::string_view airbyte =
    "https://github.com/airbytehq/airbyte/tree/master/airbyte-integrations/connectors/source-facebook-marketing";
constexpr std::string_view airbyte_creative = "https://github.com/airbytehq/airbyte/issues/65944";
constexpr std::string_view airbyte_batches = "https://github.com/airbytehq/airbyte/pull/29994";

constexpr std::string_view adreport_thread = "https://github.com/facebook/facebook-python-business-sdk/issues/405";
constexpr std::string_view tap_facebook = "https://github.com/singer-io/tap-facebook";

// What to do about tokens.
constexpr std::string_view new_token =
    "Make a new access token with ads_read (a system user's does not expire) and give it to the integration: in the "
    "monitor, or adfill integration update ID --token-file FILE";
constexpr std::string_view log_in_first =
    "The token's owner has to log in at facebook.com and do what it asks there; then make a new access token and give "
    "it to the integration: in the monitor, or adfill integration update ID --token-file FILE";
constexpr std::string_view allow_app =
    "The token's owner has to allow the app again (Facebook, Settings, Business integrations); then make a new access "
    "token and give it to the integration: in the monitor, or adfill integration update ID --token-file FILE";
constexpr std::string_view account_permission =
    "In Business settings give the token's owner the task View performance on this ad account and ads_read to the "
    "token, then give the token to the integration: in the monitor, or adfill integration update ID --token-file FILE";
constexpr std::string_view app_permission =
    "In the app's dashboard add the Marketing API and ask for ads_read (App Review, Permissions and features), then "
    "make a new access token and give it to the integration: in the monitor, or adfill integration update ID "
    "--token-file FILE";
constexpr std::string_view app_level =
    "The app's access level does not allow this account: the account has to belong to the app's own business, or the "
    "app needs Full access to the Marketing API (App Review); then give a token of it to the integration: in the "
    "monitor, or adfill integration update ID --token-file FILE";
constexpr std::string_view management_permission =
    "The app has to be allowed for the Marketing API and the token needs ads_management or ads_read; make a new "
    "access token with it and give it to the integration: in the monitor, or adfill integration update ID "
    "--token-file FILE";
constexpr std::string_view look_for_account =
    "Look whether the account is still there and the token's owner may see it (Business settings, Ad accounts), then "
    "give a token that sees it to the integration: in the monitor, or adfill integration update ID --token-file FILE";
constexpr std::string_view app_secret =
    "Compare the app secret with the one in the app's dashboard (Settings, Basic); it has to be the secret of the app "
    "that the token belongs to";
constexpr std::string_view newer_version =
    "Set a newer version of the Graph API (ADFILL_META_VERSION, or a newer adfill), restart, and retry the job";
constexpr std::string_view slow_app = "Meta blocks for behaviour: look at the app's dashboard for alerts";

constexpr MetaErrorRow passes(std::int64_t code, std::int64_t subcode, std::string_view words,
                              std::string_view source) {
  return {code, subcode, Kind::transient, none, words, {}, source};
}
constexpr MetaErrorRow too_large(std::int64_t code, std::int64_t subcode, std::string_view words,
                                 std::string_view source) {
  return {code, subcode, Kind::too_large, none, words, {}, source};
}
constexpr MetaErrorRow refused(std::int64_t code, std::int64_t subcode, std::string_view words, std::string_view advice,
                               std::string_view source) {
  return {code, subcode, Kind::credentials, none, words, advice, source};
}
constexpr MetaErrorRow wrong(std::int64_t code, std::int64_t subcode, std::string_view words, std::string_view source,
                             std::string_view advice = {}) {
  return {code, subcode, Kind::permanent, none, words, advice, source};
}
constexpr MetaErrorRow throttled(std::int64_t code, std::int64_t subcode, MetaQuota quota, std::string_view words,
                                 std::string_view source, std::string_view advice = {}) {
  return {code, subcode, Kind::throttled, quota, words, advice, source};
}

// Each has Korean words in web/src/words/koMeta.ts.
constexpr auto rows = std::to_array<MetaErrorRow>({
    passes(-3, 0, "generating the report failed", graph_page),  // negative codes are internal
    too_large(-3, 1504045, "the report is too large", insights_page),
    passes(-2, 0, "generating the report failed", graph_page),
    passes(-2, 2490547, "generating the report failed", insights_page),
    passes(1, 0, "unknown error", graph_page),
    passes(1, 99, "unknown error", airbyte),
    refused(1, 2853001, "the profile is not linked to its page", account_permission, airbyte),
    passes(2, 0, "service temporarily unavailable", graph_page),
    too_large(2, 1504038, "the request timed out", insights_page),
    wrong(2, 1504041, "these breakdowns can't be had for these metrics", insights_page),
    wrong(2, 1504042, "these custom metrics can't be asked for", insights_page),
    passes(2, 1504043, "the insights failed for now", insights_page),
    passes(2, 1504044, "the insights failed for an unknown reason", insights_page),
    refused(3, 0, "the app lacks a capability or permission", app_permission, graph_page),
    throttled(4, 0, app, "the app has made too many calls", graph_limits_page),
    throttled(4, 1504022, app, "too many insights calls of this app", limits_page),
    throttled(4, 1504039, app, "too many insights calls of this app", limits_page),
    refused(10, 0, "the app has no permission for this", app_permission, graph_page),
    throttled(17, 0, account_score, "too many calls for this ad account", limits_page),
    throttled(17, 2446079, account_score, "too many calls for this ad account", limits_page),
    throttled(17, 1885172, account, "the spending limit was changed too often", limits_page),
    throttled(32, 0, account, "page request limit reached", graph_limits_page),
    wrong(100, 0, "invalid parameter", graph_page),
    // Gone, or not to be seen with this token: a person has to look, and a token that sees it sets the work going
    // again. Right after a report was asked for it is not there yet: meta_report.h.
    refused(100, 33, "the object does not exist or this token can't see it", look_for_account, airbyte),
    too_large(100, 1487534, "the data per call limit is exceeded", insights_page),
    too_large(100, 1504018, "the request timed out", insights_page),
    wrong(100, 2446289, "an ad creative is incomplete: its post is not available", airbyte_creative),
    refused(100, 3191001, "no permission for these insights", account_permission, insights_page),
    refused(102, 0, "the session is invalid", new_token, graph_page),
    refused(104, 0, "incorrect signature", app_secret, secure_page),
    wrong(105, 0, "too many parameters", errors_page),
    refused(190, 0, "the access token is invalid or has expired", new_token, graph_page),
    refused(190, 456, "the session is malformed", new_token, airbyte),
    refused(190, 457, "the session has another origin", new_token, airbyte),
    refused(190, 458, "the app was removed by the token's owner", allow_app, graph_page),
    refused(190, 459, "the token's owner has to log in", log_in_first, graph_page),
    refused(190, 460, "the password was changed", new_token, graph_page),
    refused(190, 461, "the app was installed anew", new_token, airbyte),
    refused(190, 462, "the session is of an old version", new_token, airbyte),
    refused(190, 463, "the access token has expired", new_token, graph_page),
    refused(190, 464, "the token's owner is not confirmed", log_in_first, graph_page),
    refused(190, 465, "the token's owner is not valid", new_token, airbyte),
    refused(190, 466, "the session was invalidated", new_token, airbyte),
    refused(190, 467, "the access token was made invalid", new_token, graph_page),
    refused(190, 468, "the session was not used for long", new_token, airbyte),
    refused(190, 492, "the token's owner has no role on the page", account_permission, graph_page),
    wrong(194, 0, "a parameter is missing", errors_page),
    refused(200, 0, "a permission is missing or was taken back", account_permission, graph_page),  // all up to 299
    refused(270, 0, "the app's access level does not allow this account", app_level, errors_page),
    refused(278, 0, "ads_read is missing", account_permission, errors_page),
    refused(294, 0, "ads_management is missing, or the app is not allowed", management_permission, errors_page),
    throttled(341, 0, app, "application limit reached", graph_page),
    throttled(368, 0, blocked, "temporarily blocked for policies", graph_page, slow_app),
    wrong(506, 0, "duplicate post", graph_page),
    throttled(613, 0, account_score, "calls have exceeded the rate limit", limits_page),
    throttled(613, 1996, app, "inconsistent request volume", graph_limits_page, slow_app),
    throttled(613, 1487225, account, "too many ads were made", limits_page),
    throttled(613, 1487632, account, "the budget was changed too often", limits_page),
    throttled(613, 1487742, account_score, "too many calls for this ad account", limits_page),
    throttled(613, 5044001, account, "too many changes a second", limits_page),
    wrong(803, 0, "no such object", airbyte),
    passes(960, 0, "the request was aborted", airbyte_batches),
    passes(1150, 0, "unknown error", account_page),
    wrong(2500, 0, "the request can't be parsed", account_page),
    passes(2601, 0, "the report can't be had for now", adreport_thread),
    passes(2601, 1487742, "the report could not be run", tap_facebook),
    passes(2601, 1815107, "the report is not ready to be read", adreport_thread),
    wrong(2607, 0, "the currency is invalid", errors_page),
    wrong(2615, 0, "the account can't be updated", errors_page),
    wrong(2635, 0, "this API version is no longer served", versions_page, newer_version),
    passes(2642, 0, "the cursor is no longer valid", errors_page),  // the listing begins anew
    wrong(2654, 0, "the audience is invalid", errors_page),
    wrong(3001, 0, "invalid query", airbyte),
    {3018, 0, Kind::out_of_range, none, "older than Meta keeps", {}, insights_edge_page},
    throttled(80000, 0, account, "too many insights calls for this account", limits_page),
    throttled(80000, 2446079, account, "too many insights calls for this account", limits_page),
    throttled(80001, 0, account, "too many page calls", graph_limits_page),
    throttled(80002, 0, account, "too many Instagram calls", graph_limits_page),
    throttled(80003, 0, account, "too many audience calls", limits_page),
    throttled(80003, 2446079, account, "too many audience calls", limits_page),
    throttled(80004, 0, account, "too many calls for this ad account", limits_page),
    throttled(80004, 2446079, account, "too many calls for this ad account", limits_page),
    throttled(80005, 0, account, "too many lead calls", graph_limits_page),
    throttled(80006, 0, account, "too many messenger calls", graph_limits_page),
    throttled(80008, 0, account, "too many WhatsApp calls", graph_limits_page),
    throttled(80009, 0, account, "too many catalog calls", graph_limits_page),
    throttled(80014, 0, account, "too many catalog batch calls", graph_limits_page),
    throttled(1404078, 0, blocked, "temporarily blocked from this action", airbyte, slow_app),
    refused(1815694, 0, "the token's owner has no permission for this", account_permission, airbyte),
    throttled(2859015, 0, blocked, "temporarily blocked from this action", airbyte, slow_app),
    passes(3910001, 0, "the account has trouble, try later", airbyte),
});

const MetaErrorRow* exact_row(std::int64_t code, std::int64_t subcode) {
  const auto* found =
      std::ranges::find_if(rows, [&](const MetaErrorRow& row) { return row.code == code && row.subcode == subcode; });
  return found == rows.end() ? nullptr : found;
}

}  // namespace

std::span<const MetaErrorRow> meta_error_rows() {
  return rows;
}

const MetaErrorRow* find_meta_error(std::int64_t code, std::int64_t subcode) {
  if (const auto* exact = exact_row(code, subcode)) return exact;
  if (const auto* row = exact_row(code, 0)) return row;
  constexpr std::int64_t permissions = 200;  // "200-299: API permission", the graph page
  return code >= permissions && code <= 299 ? exact_row(permissions, 0) : nullptr;
}

}  // namespace adfill
