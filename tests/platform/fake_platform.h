// A platform of scripted answers and a clock that jumps from sleeper to sleeper, for the tests of this room. One
// thread; the order of events is the order of the instants, then of the calls.
#pragma once

#include "platform/connector.h"
#include "platform/platform_call.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace adfill::test {

class VirtualClock : public Clock {
 public:
  explicit VirtualClock(boost::asio::io_context& io) : io_(io) {}
  [[nodiscard]] Instant now() const override { return now_; }

  boost::asio::awaitable<void> sleep_until(Instant instant) override {
    if (instant <= now_) co_return;
    boost::asio::steady_timer timer(io_, boost::asio::steady_timer::time_point::max());
    const auto place = sleepers_.emplace(instant, &timer);
    boost::system::error_code error;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (now_ >= instant) co_return;  // woken by advance(), which took it out
    sleepers_.erase(place);
    throw boost::system::system_error(error);
  }

  // Jumps to the first sleeper; false when nobody sleeps.
  bool advance() {
    if (sleepers_.empty()) return false;
    now_ = sleepers_.begin()->first;
    sleepers_.begin()->second->cancel();
    sleepers_.erase(sleepers_.begin());
    return true;
  }

 private:
  boost::asio::io_context& io_;
  Instant now_ = Instant(std::chrono::sys_days(std::chrono::year(2026) / 9 / 15));
  std::multimap<Instant, boost::asio::steady_timer*> sleepers_;
};

using Answer = std::expected<HttpAnswer, HttpError>;

inline Answer answer(int status, std::string body, Headers headers = {}) {
  return HttpAnswer{.status = status, .headers = std::move(headers), .body = std::move(body)};
}
inline Answer no_answer(HttpError::Kind kind) {
  return std::unexpected(HttpError{kind, "curl's words"});
}

// Answers in the order of the script; beyond its end, by `otherwise`.
class ScriptedHttp : public HttpClient {
 public:
  explicit ScriptedHttp(const Clock& clock) : clock_(clock) {}
  boost::asio::awaitable<std::expected<HttpAnswer, HttpError>> send(HttpCall call) override {
    calls.push_back(call);
    at.push_back(clock_.now());
    if (script.empty()) {
      if (otherwise) co_return otherwise(call);
      throw std::logic_error("no answer is scripted for " + call.method + " " + call.url);
    }
    auto next = std::move(script.front());
    script.pop_front();
    co_return next;
  }

  std::deque<Answer> script;
  std::function<Answer(const HttpCall&)> otherwise;
  std::vector<HttpCall> calls;
  std::vector<Instant> at;

 private:
  const Clock& clock_;
};

// Keeps all that a connector passes on.
class RecordingSink : public SliceSink {
 public:
  using Told = boost::asio::awaitable<Result<void>>;
  Told report_started(std::string report_id) override { return note(started, std::move(report_id)); }
  Told report_lost(std::string report_id) override { return note(lost, std::move(report_id)); }
  void alive() override { ++signs_of_life; }
  Told ads(std::vector<AdRow> rows) override { return take(ad_rows, std::move(rows)); }
  Told demographics(std::vector<DemographicRow> rows) override { return take(demographic_rows, std::move(rows)); }
  Told creatives(std::vector<Creative> rows) override { return take(creative_rows, std::move(rows)); }
  Told account_total(Day day, Totals of_day) override {
    totals.emplace(day, of_day);
    co_return Result<void>();
  }

  std::vector<std::string> started, lost;
  std::vector<AdRow> ad_rows;
  std::vector<DemographicRow> demographic_rows;
  std::vector<Creative> creative_rows;
  std::map<Day, Totals> totals;
  int signs_of_life = 0;

 private:
  static Told note(std::vector<std::string>& list, std::string id) {
    list.push_back(std::move(id));
    co_return Result<void>();
  }
  template <class Row>
  static Told take(std::vector<Row>& all, std::vector<Row> rows) {
    all.insert(all.end(), rows.begin(), rows.end());
    co_return Result<void>();
  }
};

struct FakePlatform {
  boost::asio::io_context io;
  VirtualClock clock{io};
  ScriptedHttp http{clock};
  Random random{1};
  Governor governor;
  RecordingSink sink;
  PlatformContext context{http, clock, random, governor};

  // Lets everything run that can, jumping in time, until nothing is left.
  void run_all() {
    do {
      io.restart();
      io.poll();
    } while (clock.advance());
  }

  template <class Value>
  Value run(boost::asio::awaitable<Value> work) {
    std::optional<Value> result;
    std::exception_ptr error;
    boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr thrown, Value value) {
      error = thrown;
      result = std::move(value);
    });
    run_all();
    if (error) std::rethrow_exception(error);
    if (!result) throw std::logic_error("it waits for something that never comes");
    return std::move(*result);
  }
};

}  // namespace adfill::test
