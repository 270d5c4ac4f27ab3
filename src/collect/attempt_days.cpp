// The part of an attempt that works on days: slices from the platform, days into the store.
#include "collect/attempt.h"
#include "net/side_by_side.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

// More would not load faster (measured), and every row of a transaction is in memory at once. A larger day goes alone.
constexpr std::int64_t rows_a_transaction = 2000;

// Reading the same report again would meet the same trouble.
bool spoils_report(const Failure& failure) {
  return failure.kind == Failure::Kind::unparsable || failure.kind == Failure::Kind::too_large;
}

std::int64_t rows_of(const SliceSpooler& spooler, const std::vector<Day>& days) {
  std::int64_t rows = 0;
  for (const Day day : days) rows += spooler.rows(day);
  return rows;
}

// Without `most_rows` each day by itself.
std::vector<std::vector<Day>> cut_batches(const SliceSpooler& spooler, const std::vector<Day>& days,
                                          std::int64_t most_rows) {
  std::vector<std::vector<Day>> batches;
  std::int64_t rows = 0;  // of the last batch
  for (const Day day : days) {
    rows += spooler.rows(day);
    if (batches.empty() || rows > most_rows || most_rows == 0) {
      batches.emplace_back();
      rows = spooler.rows(day);
    }
    batches.back().push_back(day);
  }
  return batches;
}

GivenUpSlice what_was_given_up(const Slice& slice, const Failure& failure, Duration took) {
  const bool one_day = slice.range.length() == 1;
  return {.range = slice.range,
          .part = std::string(word_of(slice.part)),
          .next_days = shrunk_length(slice),
          .next_part = std::string(word_of(one_day ? finer(slice.part) : DayPart::whole)),
          .took = took,
          .message = failure.message,
          .trace_id = failure.trace_id};
}

}  // namespace

asio::awaitable<Attempt::Ending> Attempt::work_on_days(Connector& connector, SliceRequest request) {
  SliceSize size(claim_.slice_days);
  auto slices = cut_slices(claim_.open_days, claim_.reports, size.longest());
  std::optional<Failure> too_old;
  std::optional<GivenUpSlice> given_up;
  while (!slices.empty()) {
    Slice& next = slices.front();
    // What one day has shown to be too large is not tried again with the next.
    if (next.range.length() == 1 && !next.report) next.part = std::max(next.part, size.part());
    const Slice slice = next;
    const Instant begun = context_.clock.now();
    const auto ending = co_await collect_slice(connector, request, slice, std::exchange(given_up, std::nullopt));
    if (!ending) {
      slices.pop_front();
      const auto longest = co_await learn_size(size, slice);
      slices = recut_slices(slices, longest);
      continue;
    }
    if (!ending->failure) co_return *ending;
    const Failure failure = *ending->failure;
    if (failure.kind == Failure::Kind::out_of_range && failure.earliest) {
      // The days behind the platform's limit are gone; those before it are not given up with them.
      too_old = failure;
      const Day earliest = std::max(*failure.earliest, slice.range.since.plus(1));
      slices = drop_days_before(slices, earliest, size.longest());
      continue;
    }
    const auto verdict = decide(failure, facts(can_shrink(slice, connector.finest_part(claim_.type))),
                                context_.settings.retry, context_.clock.now());
    if (verdict.action != Verdict::Action::shrink) co_return *ending;
    slices = shrink_slices(slices);
    size.too_large(slice);
    given_up = what_was_given_up(slice, failure, context_.clock.now() - begun);
    if (slice.range.length() > 1) {
      log_about(about(), spdlog::level::info, "{}: {}; asking for {} days at once", describe(), failure.message,
                shrunk_length(slice));
    } else {
      log_about(about(), spdlog::level::info, "{}: {}; asking for {} in finer parts", describe(), failure.message,
                slice.range.since.to_string());
    }
  }
  if (too_old) co_return Ending{too_old};
  // Others have filled the last open days: only the chunk's own end is left to write.
  auto nothing = [token = claim_.token] { return DaysCommit{.token = token, .days = {}}; };
  const CommitResult result = co_await context_.pool.commit(std::move(nothing), 0);
  const auto ending = after_commit(result);
  co_return ending.value_or(
      Ending{Failure(Failure::Kind::transient, "some days are open although all were collected")});
}

// The longest slice from now on; what this success has taught is remembered.
asio::awaitable<std::optional<int>> Attempt::learn_size(SliceSize& size, Slice slice) {
  const auto news = size.worked(slice);
  if (news) {
    auto remember = [integration = claim_.integration, type = claim_.type, days = *news](Store& store) {
      store.remember_slice_days(integration, type, days);
    };
    co_await context_.pool.run(std::move(remember));
  }
  co_return size.longest();
}

// nullopt: every wanted day of it is committed, the attempt goes on.
asio::awaitable<std::optional<Attempt::Ending>> Attempt::collect_slice(Connector& connector, SliceRequest request,
                                                                       Slice slice,
                                                                       std::optional<GivenUpSlice> instead_of) {
  const bool shrunk = instead_of.has_value();
  const Asked fresh = co_await draw_number(std::move(instead_of));
  if (shrunk) publish(Event::Kind::chunk);
  request.range = slice.range;
  request.part = slice.part;
  if (slice.report) request.running_report = slice.report->report_id;
  auto spooler =
      std::make_shared<SliceSpooler>(context_.pool, context_.clock, claim_, slice, fresh, context_.spool_memory,
                                     context_.settings.spool_directory, last_sign_of_life_);
  const auto collected = co_await connector.collect(std::move(request), *spooler);
  if (!collected) {
    if (spoils_report(collected.error())) co_await spooler->forget_report();
    co_return Ending{collected.error()};
  }
  auto ending = co_await commit(spooler, slice.wanted, rows_a_transaction);
  if (ending && ending->failure) co_await spooler->forget_report();
  co_return ending;
}

// The first request's came with the claim.
asio::awaitable<Asked> Attempt::draw_number(std::optional<GivenUpSlice> instead_of) {
  if (const auto drawn = std::exchange(first_number_, std::nullopt)) co_return *drawn;
  auto draw = [token = claim_.token, instead_of = std::move(instead_of)](Store& store) {
    return instead_of ? store.give_up_slice(token, *instead_of) : store.draw_asked();
  };
  co_return co_await context_.pool.run(std::move(draw));
}

// Commits whole days, as many a transaction as `most_rows` allows, at least one. A day that is not exact does not keep
// the others back: the first such failure is told at the end. Two transactions go side by side, so that one is made
// ready while the other is with the database; then both are waited for, so that who wants the chunk itself (a
// cancellation) gets in between. A day that is larger than a transaction goes alone.
asio::awaitable<std::optional<Attempt::Ending>> Attempt::commit(std::shared_ptr<SliceSpooler> spooler,
                                                                std::vector<Day> days, std::int64_t most_rows) {
  std::optional<Ending> inexact;
  const auto batches = cut_batches(*spooler, days, most_rows);
  for (std::size_t next = 0; next < batches.size();) {
    const auto& first = batches[next++];
    std::vector<Day> second;
    const bool is_small = rows_of(*spooler, first) <= most_rows;
    if (is_small && next < batches.size() && rows_of(*spooler, batches[next]) <= most_rows) second = batches[next++];
    const auto endings = co_await commit_two(spooler, first, std::move(second));
    for (const auto& ending : endings) {
      if (ending && !ending->failure) co_return ending;
      if (ending && !inexact) inexact = ending;
    }
  }
  co_return inexact;
}

// Side by side; the second may be none.
asio::awaitable<std::array<std::optional<Attempt::Ending>, 2>> Attempt::commit_two(
    std::shared_ptr<SliceSpooler> spooler, std::vector<Day> first, std::vector<Day> second) {
  std::array<std::optional<Ending>, 2> endings;
  if (second.empty() || !context_.pool.works_beside()) {
    endings[0] = co_await commit_batch(spooler, std::move(first));
    if (!second.empty() && (!endings[0] || endings[0]->failure))
      endings[1] = co_await commit_batch(spooler, std::move(second));
    co_return endings;
  }
  auto both = side_by_side(commit_batch(spooler, std::move(first)), commit_batch(spooler, std::move(second)));
  std::tie(endings[0], endings[1]) = co_await std::move(both);
  co_return endings;
}

// Where they are not exact together, each day by itself.
asio::awaitable<std::optional<Attempt::Ending>> Attempt::commit_batch(std::shared_ptr<SliceSpooler> spooler,
                                                                      std::vector<Day> days) {
  auto ending = co_await commit_days(spooler, days);
  if (ending && ending->failure && days.size() > 1) ending = co_await commit(spooler, days, 0);
  co_return ending;
}

asio::awaitable<std::optional<Attempt::Ending>> Attempt::commit_days(std::shared_ptr<SliceSpooler> spooler,
                                                                     std::vector<Day> days) {
  const auto& connector = *context_.connectors.at(claim_.source);
  SnapshotRules rules;
  rules.window_days = claim_.window_days.value_or(connector.restatement_days(claim_.type));
  rules.time_zone = claim_.time_zone;
  rules.attribution = connector.recorded_attribution(claim_.type, claim_.attribution);
  const std::int64_t rows = rows_of(*spooler, days);
  // The rows are brought back from the spool on the store's thread: it may read a file.
  auto make = [spooler = std::move(spooler), days = std::move(days), token = claim_.token, rules = std::move(rules)] {
    DaysCommit request{.token = token, .days = {}};
    request.days.reserve(days.size());
    for (const auto day : days) request.days.push_back(spooler->snapshot(day, rules));
    return request;
  };
  const CommitResult result = co_await context_.pool.commit(std::move(make), rows);
  last_sign_of_life_ = context_.clock.now();
  auto ending = after_commit(result);
  publish(Event::Kind::job);
  co_return ending;
}

}  // namespace adfill
