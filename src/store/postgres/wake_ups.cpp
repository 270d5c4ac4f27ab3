#include "store/postgres/wake_ups.h"

#include "core/must.h"
#include "sql/postgres.h"
#include "store/postgres/tell_turn.h"
#include "store/postgres/wire.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace adfill {

namespace {

namespace statement = sql::postgres;

using Clock = std::chrono::steady_clock;

constexpr auto progress_spacing = std::chrono::milliseconds(500);  // people look no faster
constexpr auto first_pause = std::chrono::milliseconds(250);       // before the next try to connect
constexpr auto longest_pause = std::chrono::seconds(15);
constexpr std::string_view progress_word = "progress";  // any other word, and none, is work

class PostgresWakeUps final : public WakeUps {
 public:
  PostgresWakeUps(std::string url, std::function<void(Hint)> heard)
      : url_(std::move(url)), heard_(std::move(heard)), signal_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    must(signal_ >= 0, "there is a descriptor to wake the thread of the wake-ups with");
    thread_ = std::jthread([this] { listen_until_stopped(); });
  }
  ~PostgresWakeUps() override {
    stopping_ = true;
    rouse();
    thread_.join();
    close(signal_);
  }
  PostgresWakeUps(const PostgresWakeUps&) = delete;
  PostgresWakeUps& operator=(const PostgresWakeUps&) = delete;

  void tell(Hint hint) override {
    if (!outgoing_[hint == Hint::work ? 0 : 1].waiting.exchange(true)) rouse();
  }

 private:
  struct Outgoing {
    std::string_view sql;
    Clock::duration spacing;
    std::atomic<bool> waiting = false;
    Clock::time_point next{};
  };

  void rouse() const {
    const std::uint64_t one = 1;
    (void)!write(signal_, &one, sizeof one);
  }

  void listen_until_stopped() {
    Clock::duration pause = first_pause;
    while (!stopping_) {
      if (!wire_ && !connect_and_listen()) {
        wait_for(pause);
        pause = std::min<Clock::duration>(pause * 2, longest_pause);
        continue;
      }
      pause = first_pause;
      if (send_due(Clock::now()) && hear() && wait_for(until_next_due())) continue;
      wire_.reset();
      wait_for(pause);  // a server that takes connections and drops them is not trampled
    }
    if (wire_) send_last();
  }

  bool connect_and_listen() {
    wire_.emplace(url_, stopping_);
    const auto session = wire_->is_open() ? postgres::session_of(*wire_, url_, stopping_) : std::nullopt;
    const bool can_listen = session && *session != postgres::Session::shared;
    if (!session || (can_listen && !wire_->run(statement::listen))) {
      wire_.reset();
      return false;
    }
    heard_(Hint::work);
    heard_(Hint::progress);
    return true;
  }

  // False when the connection is gone; what was to be told is told over the next one.
  bool send_due(Clock::time_point now) {
    for (Outgoing& outgoing : outgoing_) {
      if (outgoing.next > now || !outgoing.waiting.exchange(false)) continue;
      outgoing.next = now + outgoing.spacing;
      if (wire_->run(outgoing.sql)) continue;
      outgoing.waiting = true;
      return false;
    }
    return true;
  }

  // What is still waiting when the process ends. Not cut short by that end, yet limited as every wait of a wire is.
  void send_last() {
    const bool any = std::ranges::any_of(outgoing_, [](const Outgoing& one) { return one.waiting.load(); });
    if (!any) return;
    stopping_ = false;
    for (Outgoing& outgoing : outgoing_) outgoing.next = {};
    (void)send_due(Clock::now());
  }

  // Negative: nothing is to be told.
  [[nodiscard]] Clock::duration until_next_due() const {
    auto until = Clock::duration::max();
    for (const Outgoing& outgoing : outgoing_) {
      if (outgoing.waiting) until = std::min(until, std::max(outgoing.next - Clock::now(), Clock::duration::zero()));
    }
    return until == Clock::duration::max() ? Clock::duration(-1) : until;
  }

  // Until something comes, from the database or from this process. False when the connection has trouble.
  bool wait_for(Clock::duration most) {
    std::array<pollfd, 2> waiting{pollfd{signal_, POLLIN, 0}, pollfd{wire_ ? wire_->descriptor() : -1, POLLIN, 0}};
    const int milliseconds = most < Clock::duration::zero()
                                 ? -1
                                 : static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(most).count());
    if (poll(waiting.data(), waiting.size(), milliseconds) <= 0) return true;
    std::uint64_t count = 0;
    if ((waiting[0].revents & POLLIN) != 0) (void)!read(signal_, &count, sizeof count);
    return waiting[1].revents == 0 || (waiting[1].revents & POLLIN) != 0;
  }

  bool hear() {
    if (!wire_->take_in()) return false;
    bool work = false;
    bool progress = false;
    while (const auto word = wire_->next_notification()) (*word == progress_word ? progress : work) = true;
    if (work) heard_(Hint::work);
    if (progress) heard_(Hint::progress);
    return true;
  }

  const std::string url_;
  const std::function<void(Hint)> heard_;
  const int signal_;
  std::atomic<bool> stopping_ = false;
  std::array<Outgoing, 2> outgoing_{
      {{statement::tell_work, postgres::work_spacing}, {statement::tell_progress, progress_spacing}}};
  std::optional<postgres::Wire> wire_;  // listens
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<WakeUps> open_postgres_wake_ups(std::string url, std::function<void(WakeUps::Hint)> heard) {
  return std::make_unique<PostgresWakeUps>(std::move(url), std::move(heard));
}

}  // namespace adfill
