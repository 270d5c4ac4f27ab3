// The one place that all connectors' calls pass through: the governor is asked, a call that is safe to repeat is
// repeated in place (twice, after short jittered waits), usage headers are told to the governor, secrets are scrubbed.
// What fails even so while the source answers nobody is an outage: its calls then wait, and one is made in a while
// (probe_interval()).
#pragma once

#include "core/random.h"
#include "core/result.h"
#include "net/clock.h"
#include "net/governor.h"
#include "net/http_client.h"
#include "platform/notices.h"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

inline constexpr Duration default_retry_base = std::chrono::seconds(30);

// What every connector is given. All outlive the connectors.
struct PlatformContext {
  HttpClient& http;
  Clock& clock;
  Random& random;
  Governor& governor;
  Duration poll_base = std::chrono::seconds(2);           // first poll of an asynchronous report; grows
  Duration repeat_base = std::chrono::milliseconds(500);  // wait before the first repeat in place
  Duration retry_base = default_retry_base;               // pauses that a platform does not tell keep their ratio to it
  Notices* notices = nullptr;                             // where what is not known yet is told; may be nowhere
};

struct PlatformCall {
  HttpCall http{};
  std::vector<std::string> scopes{};
  std::vector<QuotaUse> uses{};  // what it uses up of the scopes' limits
  std::string source{};          // "meta": where outages are watched for; empty: nowhere
  std::string account{};         // the one of `scopes` that is its own: told closed with the platform's words
  std::string secret{};          // scrubbed from whatever is said about the call
  // The caller can ask for less: a time-out is then a too_large Failure without a code, and is not repeated as it is.
  bool shrinkable = false;
  // The caller would have to begin a long list anew: it waits for a quota as long as the longest of Meta's takes.
  bool keeps_waiting = false;
  // What the answer means: a Failure, or nullopt when it is good. Called for every answer, whatever its status.
  std::function<std::optional<Failure>(const HttpAnswer&, Instant now)> judge{};
  // Reads usage headers off every answer, refusals included.
  std::function<void(const HttpAnswer&, Governor&, Instant now)> observe{};
  // Told of a throttled Failure: which limit it was.
  std::function<void(const Failure&, Governor&, Instant now)> learn{};
  // A sign of life, given before each wait and after each sending.
  std::function<void()> alive{};
};

// A closed scope is waited for in place while that is at most `patience`; a longer closure is a throttled Failure
// without a call, so that a slice does not lose what it has read to a short pause, and no attempt holds a lease for
// hours. A source that answers nobody is waited for as long in all; then it is an outage Failure.
inline constexpr Duration patience = std::chrono::minutes(2);
// No wait for a quota ends later than this after a call's begin, however often it is refused: what would is a throttled
// Failure.
inline constexpr Duration waiting_max = std::chrono::minutes(10);
// Both, of a call that keeps waiting: the limits that are told in minutes are rolling hours.
inline constexpr Duration kept_waiting_max = std::chrono::minutes(70);

// The good answer, or the failure that remained after the repeats.
[[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> platform_call(const PlatformContext& context,
                                                                       PlatformCall call);

}  // namespace adfill
