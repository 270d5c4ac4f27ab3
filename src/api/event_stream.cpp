#include "api/event_stream.h"

#include "api/service_parts.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr Duration heartbeat = std::chrono::seconds(15);
constexpr std::string_view greeting = "retry: 2000\n\n";

std::string_view name_of(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::job:
      return "job";
    case Event::Kind::chunk:
      return "chunk";
    case Event::Kind::integration:
      return "integration";
    case Event::Kind::throttle:
      return "throttle";
  }
  return "job";
}

}  // namespace

std::optional<std::string> event_text(const Event& event, const Access& access) {
  const bool everything = !access.sight;
  if (event.advertiser ? !may_see(access, *event.advertiser) : !everything) return std::nullopt;
  json::object data;
  // A scope's name holds an account's id; that something is throttled is no secret.
  const bool named = event.kind != Event::Kind::throttle || (everything && access.role == Role::admin);
  if (named) data["id"] = event.id;
  if (event.kind == Event::Kind::chunk && event.job) data["job_id"] = event.job->to_string();
  return "event: " + std::string(name_of(event.kind)) + "\ndata: " + json::serialize(data) + "\n\n";
}

EventStream::EventStream(std::shared_ptr<Service> service, Access access)
    : service_(std::move(service)),
      access_(std::move(access)),
      subscription_(service_->context->events.subscribe()),
      heartbeat_at_(service_->context->clock.now() + heartbeat) {}

asio::awaitable<std::optional<std::string>> EventStream::next() {
  if (!greeted_) {
    greeted_ = true;
    co_return std::string(greeting);
  }
  auto& clock = service_->context->clock;
  while (true) {
    const auto now = clock.now();
    if (now >= heartbeat_at_) {
      heartbeat_at_ = now + heartbeat;
      const auto still = co_await look_up_again(service_, access_);
      if (!still) co_return std::nullopt;
      access_ = *still;
      co_return std::string(": still here\n\n");
    }
    const auto next = co_await subscription_->next(heartbeat_at_ - now);
    if (next.missed) co_return std::string("event: missed\ndata: {}\n\n");
    if (!next.event && next.closed) co_return std::nullopt;  // what came before the end is told first
    if (!next.event) continue;
    auto text = event_text(*next.event, access_);
    if (text) co_return std::move(*text);
  }
}

}  // namespace adfill
