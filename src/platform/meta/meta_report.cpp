#include "platform/meta/meta_report.h"

#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_ids.h"
#include "platform/meta/meta_report_status.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using std::chrono::seconds;

constexpr int new_reports_max = 2;   // in one slice, before the failure is handed on
constexpr int unseen_polls_max = 5;  // a new report may not be there yet (singer-io/tap-facebook 1.17.0: 100/33)
constexpr Duration unseen_max = seconds(5);  // nor after so many quick polls
constexpr int odd_answers_max = 3;           // in a row

enum class End {
  finished,
  gone,         // no longer there
  stuck,        // at 0 % or at 100 % for long
  failed,       // by Meta's own word, or far too long at work
  interrupted,  // a poll failed: the report may well go on
};

struct Outcome {
  End end = End::finished;
  std::optional<Failure> failure{};
};

// Limits in polls' time, so that they follow the setting. At 2 s: five minutes without a step away from 0 % or 100 %
// (what others' collectors wait), a quarter of an hour without a step in between, an hour in all (Meta's own figure).
// Not below what a slow machine needs, and a platform that is slower than polls are frequent.
struct Patience {
  Duration stuck;
  Duration still;
  Duration overall;
  explicit Patience(Duration poll_base)
      : stuck(std::max<Duration>(poll_base * 150, seconds(10))),
        still(stuck * 3),
        overall(std::max<Duration>(poll_base * 1800, seconds(30))) {}
};

// One report being watched.
class Watch {
 public:
  // `kind`: of MetaReportTimes.
  Watch(const MetaCalls& calls, std::string id, bool is_new, std::string kind)
      : calls_(calls),
        id_(std::move(id)),
        is_new_(is_new),
        kind_(std::move(kind)),
        patience_(calls.context().poll_base),
        pace_(calls.poll_pace(kind_)),
        begun_(calls.context().clock.now()),
        at_work_(begun_),
        moved_(begun_) {
    if (!is_new) pace_ = MetaReportTimes().pace(kind_, calls.context().poll_base);
  }

  awaitable<Outcome> until_end();

 private:
  // nullopt: it is still at work.
  std::optional<Outcome> judge(const Result<HttpAnswer>& answer);
  std::optional<Outcome> judge_refusal(const Failure& failure);
  std::optional<Outcome> judge_status(const MetaReportStatus& status, const HttpAnswer& answer);
  Outcome failed(const MetaReportStatus& status, const HttpAnswer& answer) const;
  Instant next_poll();

  const MetaCalls& calls_;
  std::string id_;
  bool is_new_;
  std::string kind_;
  bool seen_ = false;  // a poll has found it
  Patience patience_;
  MetaPollPace pace_;
  Instant begun_;
  Instant at_work_;  // when it was last asked about and not finished
  Instant moved_;    // when the percentage last changed
  std::optional<int> percent_ = 0;
  int unseen_polls_ = 0;
  int odd_answers_ = 0;
};

awaitable<Outcome> Watch::until_end() {
  // One that is picked up may have long been finished: it is asked at once.
  for (bool at_once = !is_new_;; at_once = false) {
    const auto due = at_once ? begun_ : next_poll();
    co_await calls_.context().clock.sleep_until(due);
    // Without `fields`: the defaults hold all that is needed, and naming the error fields is an error before v25.0
    // (developers.facebook.com/blog/post/2026/01/08/enhanced-error-messaging-for-ads-insights-async-api). An answer
    // without the state is asked for it by name.
    Query parameters;
    if (odd_answers_ > 0) parameters.emplace_back("fields", "async_status,async_percent_completion");
    const auto answer = co_await calls_.get(id_, std::move(parameters));
    if (auto outcome = judge(answer)) co_return std::move(*outcome);
  }
}

Instant Watch::next_poll() {
  const auto due = calls_.context().clock.now() + pace_.wait(calls_.context().random.fraction());
  pace_ = pace_.next();
  return due;
}

std::optional<Outcome> Watch::judge(const Result<HttpAnswer>& answer) {
  if (!answer) return judge_refusal(answer.error());
  const auto status = parse_report_status(answer->body);
  if (status) {
    odd_answers_ = 0;
    seen_ = true;
    return judge_status(*status, *answer);
  }
  if (++odd_answers_ < odd_answers_max) return std::nullopt;
  return Outcome{End::interrupted,
                 Failure(Failure::Kind::transient, "Meta does not say how far report " + id_ + " is")};
}

std::optional<Outcome> Watch::judge_refusal(const Failure& failure) {
  if (!is_gone(failure)) return Outcome{End::interrupted, failure};
  const bool is_early = ++unseen_polls_ < unseen_polls_max || calls_.context().clock.now() - begun_ < unseen_max;
  if (is_new_ && !seen_ && is_early) return std::nullopt;
  return Outcome{End::gone, Failure(Failure::Kind::transient, "report " + id_ + " is gone: " + failure.message)};
}

std::optional<Outcome> Watch::judge_status(const MetaReportStatus& status, const HttpAnswer& answer) {
  const auto now = calls_.context().clock.now();
  using State = MetaReportStatus::State;
  if (status.state == State::completed && status.percent == 100) {
    // Of one that was picked up nobody saw the beginning.
    if (is_new_) calls_.learn_report_time(kind_, report_time(status, at_work_ - begun_, now - begun_));
    return Outcome{};
  }
  at_work_ = now;
  if (status.state == State::failed) return failed(status, answer);
  if (status.state == State::skipped) {
    return Outcome{End::failed, Failure(Failure::Kind::transient, "Meta skipped report " + id_ + ": it expired")};
  }
  if (status.percent != percent_) moved_ = now;
  percent_ = status.percent;
  const auto share = percent_ ? std::to_string(*percent_) + " %" : "a share that is not told";
  const auto words = "report " + id_ + " stays at " + share + " (" + status.words + ")";
  if ((percent_ == 0 || percent_ == 100) && now - moved_ >= patience_.stuck) {
    return Outcome{End::stuck, Failure(percent_ == 0 ? Failure::Kind::too_large : Failure::Kind::transient, words)};
  }
  if (now - moved_ >= patience_.still || now - begun_ >= patience_.overall)
    return Outcome{End::failed, Failure(Failure::Kind::too_large, words)};
  return std::nullopt;
}

// Since v25.0 a failed report says why; a quota among it is a quota, and the scope is closed in this very step.
Outcome Watch::failed(const MetaReportStatus& status, const HttpAnswer& answer) const {
  if (!status.error)
    return {End::failed, Failure(Failure::Kind::transient, "Meta says that report " + id_ + " failed")};
  auto& context = calls_.context();
  auto failure = told_failure(*status.error, answer.headers, calls_.scopes(), context.clock.now(), calls_.on_unknown());
  failure.message = "report " + id_ + " failed: " + failure.message;
  if (failure.kind == Failure::Kind::throttled) {
    context.governor.count_refusal(failure.scope);
    learn_refusal(failure, calls_.scopes(), context.governor, context.clock.now());
    context.governor.close(failure.scope, *failure.resume_at, failure.message);
  } else if (meaning_of(*status.error, 500).kind == Failure::Kind::transient) {
    failure.kind = Failure::Kind::transient;  // a code that is not known: a report that failed is worth another try
  }
  return {End::failed, std::move(failure)};
}

awaitable<Result<std::string>> start_report(const MetaCalls& calls, Query parameters, SliceSink& sink) {
  const auto answer = co_await calls.post(calls.account_id() + "/insights", std::move(parameters));
  if (!answer) co_return std::unexpected(answer.error());
  auto id = parse_report_id(answer->body);
  if (!id) co_return std::unexpected(unreadable("the answer to a new report", "it has no report_run_id", answer->body));
  const auto told = co_await sink.report_started(*id);
  if (!told) co_return std::unexpected(told.error());
  co_return std::move(*id);
}

}  // namespace

bool is_gone(const Failure& failure) {
  return failure.code == unknown_object_code || failure.code == "803";
}

awaitable<Result<std::string>> finish_report(const MetaCalls& calls, const Query& parameters,
                                             std::optional<std::string> running, SliceSink& sink) {
  int new_reports = 0;
  while (true) {
    const bool is_new = !running;
    if (is_new) {
      ++new_reports;
      auto started = co_await start_report(calls, parameters, sink);
      if (!started) co_return started;
      running = std::move(*started);
    }
    Outcome outcome{End::gone,
                    Failure(Failure::Kind::transient, "the report that was running has an id that Meta never gave")};
    if (is_report_id(*running)) {
      Watch watch(calls, *running, is_new, MetaReportTimes::kind_of(calls.account_id(), parameters));
      outcome = co_await watch.until_end();
    }
    if (outcome.end == End::finished) co_return std::move(*running);
    // Another attempt may find it finished.
    if (outcome.end == End::interrupted) co_return std::unexpected(std::move(*outcome.failure));

    const auto told = co_await sink.report_lost(*running);
    if (!told) co_return std::unexpected(told.error());
    // A new run often gets through where one is stuck or failed for no reason that was told: others' collectors do so
    // too. One that fails again is asked for in smaller slices: large ones fail without a word of their size
    // (airbytehq/airbyte PR 64922, estuary/connectors PR 5076).
    const bool may_pass = outcome.failure->kind == Failure::Kind::transient;
    if (outcome.end == End::failed && !may_pass) co_return std::unexpected(std::move(*outcome.failure));
    if (new_reports >= new_reports_max) {
      if (outcome.end == End::failed) outcome.failure->kind = Failure::Kind::too_large;
      co_return std::unexpected(std::move(*outcome.failure));
    }
    running.reset();
  }
}

}  // namespace adfill
