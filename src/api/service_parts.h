// What the routes share while the API lives, and the tables of routes, one a subject. Belongs to the event loop's
// thread.
#pragma once

#include "api/monitor_files.h"
#include "api/routing.h"
#include "api/service.h"
#include "api/sign_in.h"

#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace adfill {

// The queue as it was counted last, for whoever asks often and needs no token.
struct QueueCounts {
  std::optional<QueueRecord> queue{};
  Instant counted_at{};
};

struct Service {
  explicit Service(std::shared_ptr<ApiContext> parts) : context(std::move(parts)) {}

  std::shared_ptr<ApiContext> context;
  SignInBrake brake{};
  MonitorFiles files{};
  QueueCounts counts{};
};

[[nodiscard]] std::span<const Route> session_routes();
[[nodiscard]] std::span<const Route> integration_routes();
[[nodiscard]] std::span<const Route> job_routes();
[[nodiscard]] std::span<const Route> offer_routes();
[[nodiscard]] std::span<const Route> schedule_routes();
[[nodiscard]] std::span<const Route> figure_routes();
[[nodiscard]] std::span<const Route> creative_routes();
[[nodiscard]] std::span<const Route> overview_routes();
[[nodiscard]] std::span<const Route> history_routes();
[[nodiscard]] std::span<const Route> operation_routes();
[[nodiscard]] std::span<const Route> health_routes();
[[nodiscard]] std::span<const Route> token_routes();
[[nodiscard]] std::span<const Route> alert_routes();
[[nodiscard]] std::span<const Route> replaced_routes();
// All of these.
[[nodiscard]] std::span<const std::span<const Route>> all_routes();

}  // namespace adfill
