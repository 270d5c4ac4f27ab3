#include "collect/slice_spooler.h"

#include "collect/repeated_rows.h"
#include "core/must.h"
#include "core/time_zone.h"

#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

Failure stale_failure() {
  return {Failure::Kind::shutdown, "the chunk was given to another attempt"};
}

RunningReport fresh_report(const Slice& slice, Asked fresh, Instant now) {
  if (slice.report) return *slice.report;
  return {.report_id = {}, .range = slice.range, .asked = fresh, .started_at = now};
}

}  // namespace

SliceSpooler::SliceSpooler(StorePool& pool, Clock& clock, const Claim& claim, const Slice& slice, Asked fresh,
                           SpoolMemory& memory, std::filesystem::path directory, Instant& sign_of_life)
    : pool_(pool),
      clock_(clock),
      token_(claim.token),
      chunk_(claim.chunk),
      type_(claim.type),
      range_(slice.range),
      wanted_(slice.wanted.begin(), slice.wanted.end()),
      fresh_(fresh),
      attribution_(claim.attribution),
      report_(fresh_report(slice, fresh, clock.now())),
      spool_(memory, std::move(directory)),
      sign_of_life_(sign_of_life) {}

asio::awaitable<Result<void>> SliceSpooler::report_started(std::string report_id) {
  alive();
  report_ = RunningReport{.report_id = std::move(report_id),
                          .range = range_,
                          .asked = fresh_,
                          .started_at = clock_.now(),
                          .attribution = attribution_};
  auto remember = [token = token_, report = report_](Store& store) { return store.remember_report(token, report); };
  const Outcome outcome = co_await pool_.run(std::move(remember));
  if (outcome == Outcome::stale) {
    Result<void> ended = std::unexpected(stale_failure());
    co_return ended;
  }
  co_return Result<void>{};
}

asio::awaitable<void> SliceSpooler::forget_report() {
  if (!report_.report_id.empty()) static_cast<void>(co_await report_lost(report_.report_id));
}

asio::awaitable<Result<void>> SliceSpooler::report_lost(std::string report_id) {
  alive();
  auto forget = [chunk = chunk_, report_id = std::move(report_id)](Store& store) {
    store.forget_report(chunk, report_id);
  };
  co_await pool_.run(std::move(forget));
  co_return Result<void>{};
}

void SliceSpooler::alive() {
  sign_of_life_ = clock_.now();
}

asio::awaitable<void> SliceSpooler::aside(std::function<void()> work) {
  auto on_pool = [work = std::move(work)](Store& /*store*/) { work(); };
  co_await pool_.run(std::move(on_pool));
}

template <class Row>
Result<void> SliceSpooler::spool(const std::vector<Row>& rows) {
  alive();
  for (const auto& row : rows) {
    must(range_.contains(row.day), "a connector gives rows of the days it was asked for");
    // Of a report that is read again, days that were committed the first time are passed over.
    if (!wanted_.contains(row.day)) continue;
    if (!spool_.add(row)) {
      return std::unexpected(Failure(Failure::Kind::unparsable,
                                     "the figures of " + row.day.to_string() + " add up to more than can be stored"));
    }
  }
  return {};
}

asio::awaitable<Result<void>> SliceSpooler::ads(std::vector<AdRow> rows) {
  co_return spool(rows);
}

asio::awaitable<Result<void>> SliceSpooler::demographics(std::vector<DemographicRow> rows) {
  co_return spool(rows);
}

asio::awaitable<Result<void>> SliceSpooler::creatives(std::vector<Creative> /*rows*/) {
  throw Bug("creatives came for a slice of days");
}

asio::awaitable<Result<void>> SliceSpooler::account_total(Day day, Totals totals) {
  alive();
  account_totals_[day] = totals;
  co_return Result<void>{};
}

DaySnapshot SliceSpooler::snapshot(Day day, const SnapshotRules& rules) const {
  DaySnapshot snapshot;
  snapshot.day = day;
  snapshot.asked = report_.asked;
  snapshot.as_of = report_.started_at;
  snapshot.report_id = report_.report_id;
  snapshot.rows_read = spool_.rows(day);
  snapshot.totals_read = spool_.totals(day);
  if (const auto known = account_totals_.find(day); known != account_totals_.end()) snapshot.platform = known->second;
  const int age = day_in_zone(report_.started_at, rules.time_zone).number() - day.number();
  snapshot.inside_window = age <= rules.window_days;
  // On the last day of the window it is looked at for the last time.
  snapshot.moving = age < rules.window_days;
  snapshot.attribution = rules.attribution;
  const auto take = [&snapshot](auto rows) {
    drop_repeats(rows, snapshot);
    snapshot.rows = std::move(rows);
  };
  type_ == CollectionType::ads ? take(spool_.ads(day)) : take(spool_.demographics(day));
  return snapshot;
}

CreativesCommitter::CreativesCommitter(StorePool& pool, Clock& clock, ChunkToken token, Asked asked,
                                       Instant& sign_of_life)
    : pool_(pool), clock_(clock), token_(token), asked_(asked), as_of_(clock.now()), sign_of_life_(sign_of_life) {}

asio::awaitable<Result<void>> CreativesCommitter::report_started(std::string /*report_id*/) {
  co_return Result<void>{};
}

asio::awaitable<Result<void>> CreativesCommitter::report_lost(std::string /*report_id*/) {
  co_return Result<void>{};
}

void CreativesCommitter::alive() {
  sign_of_life_ = clock_.now();
}

asio::awaitable<Result<void>> CreativesCommitter::ads(std::vector<AdRow> /*rows*/) {
  throw Bug("figures came for creatives");
}

asio::awaitable<Result<void>> CreativesCommitter::demographics(std::vector<DemographicRow> /*rows*/) {
  throw Bug("figures came for creatives");
}

asio::awaitable<Result<void>> CreativesCommitter::account_total(Day /*day*/, Totals /*totals*/) {
  throw Bug("account totals came for creatives");
}

asio::awaitable<Result<void>> CreativesCommitter::creatives(std::vector<Creative> rows) {
  alive();
  std::vector<Creative> committed = after_page_ ? rows : std::vector<Creative>();
  const CommitResult result = co_await commit(std::move(rows), false);
  if (result.state == CommitResult::State::done) {
    if (after_page_) co_await after_page_(std::move(committed));
    co_return Result<void>{};
  }
  const bool stale = result.state == CommitResult::State::stale;
  Result<void> ended = std::unexpected(stale ? stale_failure() : Failure(Failure::Kind::transient, result.problem));
  co_return ended;
}

asio::awaitable<CommitResult> CreativesCommitter::finish() {
  std::vector<Creative> none;
  co_return co_await commit(std::move(none), true);
}

asio::awaitable<CommitResult> CreativesCommitter::commit(std::vector<Creative> rows, bool last) {
  for (const auto& row : rows) listed_.push_back(row.ad_id);
  CreativesCommit request{.token = token_, .asked = asked_, .as_of = as_of_, .rows = std::move(rows), .last = last};
  if (last) request.listed = std::move(listed_);
  co_return co_await pool_.commit(std::move(request));
}

}  // namespace adfill
