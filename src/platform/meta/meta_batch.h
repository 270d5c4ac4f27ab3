// Many objects read in one call: POST / with `batch`, fifty at most, each of which counts as a call for the quotas
// (docs/graph-api/batch-requests, docs/graph-api/overview/rate-limiting). Answered in their order, each with a status,
// headers and a body of its own, or with null where the platform did not get to it in time.
#pragma once

#include "core/result.h"
#include "net/http_message.h"
#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct BatchRead {
  std::string path;  // after the version
  Query parameters{};
};

// The parts of a batch's answer, in their order: an HTTP answer each; nullopt for null and for what is none. Unparsable
// or transient unless there are so many.
[[nodiscard]] Result<std::vector<std::optional<HttpAnswer>>> parse_batch(const std::string& body, std::size_t parts);

// True for a failure that every other call meets too: throttled, an outage, a token that is over, the process's end.
[[nodiscard]] bool ends_batch(const Failure& failure);
// How many reads of one account a batch may hold.
[[nodiscard]] std::size_t largest_batch(const MetaCalls& calls);

// What became of each, in their order: its body, or why it could not be read, which is its own affair. What was not
// answered or can pass is asked for again, in smaller batches; then it stays a transient Failure. Where there are no
// batches each is read by a call of its own. The whole fails when nobody is answered: ends_batch().
[[nodiscard]] boost::asio::awaitable<Result<std::vector<Result<std::string>>>> read_batch(const MetaCalls& calls,
                                                                                          std::vector<BatchRead> reads);

}  // namespace adfill
