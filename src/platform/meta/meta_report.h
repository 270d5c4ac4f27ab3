// The life of an asynchronous report: created or picked up, polled until it is finished, or lost. Meta lets a report be
// read only when it is both "Job Completed" and at 100 % (…/insights/best-practices); read earlier it is short without
// saying so.
#pragma once

#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace adfill {

// The id of a finished report with these parameters: `running` if it can still be had, else a new one. The sink is told
// of each that was started or lost. All references outlive it.
[[nodiscard]] boost::asio::awaitable<Result<std::string>> finish_report(const MetaCalls& calls, const Query& parameters,
                                                                        std::optional<std::string> running,
                                                                        SliceSink& sink);

// True for a failure that says that a report is not there (any more).
[[nodiscard]] bool is_gone(const Failure& failure);

}  // namespace adfill
