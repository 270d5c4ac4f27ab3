#include "sql/postgres.h"
#include "store/history_rows.h"
#include "store/postgres/jobs.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"
#include "store/suspicion_rows.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// A due time that is so long ago is never tried again.
constexpr Duration runs_remembered = std::chrono::days(100);

ScheduleRecord read_schedule_row(Rows& row) {
  ScheduleRecord record;
  record.id = row.next<ScheduleId>();
  record.integration = row.next<IntegrationId>();
  record.advertiser = row.next<AdvertiserId>();
  record.source = row.next<Source>();
  record.type = row.next<CollectionType>();
  record.cron = row.next<std::string>();
  record.time_zone = row.next<std::string>();
  record.account_time_zone = row.next<std::string>();
  record.paused = row.next<bool>();
  record.next_due_at = row.next<Instant>();
  record.last_due_at = row.next<std::optional<Instant>>();
  record.created_at = row.next<Instant>();
  record.updated_at = row.next<Instant>();
  return record;
}

std::vector<CollectedDays::Covered> covered_of(Rows row) {
  std::vector<CollectedDays::Covered> covered;
  while (row.step()) {
    auto& day = covered.emplace_back();
    day.day = row.next<Day>();
    day.as_of = row.next<Instant>();
    day.rows = row.next_integer();
    day.cost = row.next<Micros>();
    day.pinned = row.next<bool>();
    day.first_at = row.next<std::optional<Instant>>();
    day.history_since = row.next<std::optional<Instant>>();
  }
  return covered;
}

std::vector<DayRange> ranges_of(Rows row) {
  std::vector<DayRange> ranges;
  while (row.step()) {
    const auto since = row.next<Day>();
    ranges.push_back({since, row.next<Day>()});
  }
  return ranges;
}

std::vector<CollectedDays::Failed> failed_of(Rows row) {
  std::vector<CollectedDays::Failed> failed;
  while (row.step()) {
    auto& chunk = failed.emplace_back();
    chunk.range.since = row.next<Day>();
    chunk.range.until = row.next<Day>();
    chunk.at = row.next<Instant>();
    chunk.cancelled = row.next<bool>();
  }
  return failed;
}

}  // namespace

std::vector<ScheduleRecord> PostgresStore::schedules(const ScheduleFilter& filter) {
  return read([&](Connection& db) {
    auto row = db.query(statement::list_schedules, ":sight", sight_text(filter.sight), ":integration",
                        filter.integration, ":after", filter.after, ":limit", filter.limit);
    std::vector<ScheduleRecord> records;
    while (row.step()) records.push_back(read_schedule_row(row));
    return records;
  });
}

std::optional<ScheduleRecord> PostgresStore::schedule(ScheduleId id) {
  return read([&](Connection& db) {
    auto row = db.query(statement::read_schedule, ":schedule", id);
    return row.step() ? std::optional(read_schedule_row(row)) : std::nullopt;
  });
}

Outcome PostgresStore::change_schedule(ScheduleId id, const ScheduleChange& change, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int changed = transaction.db.run(statement::change_schedule, ":schedule", id, ":cron", change.cron,
                                           ":time_zone", change.time_zone, ":paused", change.paused, ":next_due_at",
                                           change.next_due_at, ":now", transaction.now());
    if (changed == 0) return Outcome::not_found;
    const bool only_paused = change.paused && !change.cron && !change.time_zone;
    write_audit(transaction, who,
                only_paused ? (*change.paused ? "schedule.pause" : "schedule.resume") : "schedule.change",
                id.to_string());
    return Outcome::done;
  });
}

std::vector<ScheduleRecord> PostgresStore::due_schedules(int limit) {
  return read([&](Transaction& transaction) {
    auto row = transaction.db.query(statement::list_due_schedules, ":now", transaction.now(), ":limit", limit);
    std::vector<ScheduleRecord> records;
    while (row.step()) records.push_back(read_schedule_row(row));
    return records;
  });
}

CollectedDays PostgresStore::collected_days(IntegrationId integration, CollectionType type) {
  return read([&](Transaction& transaction) {
    Connection& db = transaction.db;
    CollectedDays days;
    days.covered = covered_of(db.query(statement::list_covered_days, ":integration", integration, ":type", type));
    days.open = ranges_of(db.query(statement::list_open_ranges, ":integration", integration, ":type", type));
    days.failed = failed_of(db.query(statement::list_failed_ranges, ":integration", integration, ":type", type));
    const DayRange recent = changes_range(transaction.now());
    days.changes_since = recent.since;
    days.changes = read_day_changes(db.query(statement::list_day_changes, ":integration", integration, ":type", type,
                                             ":since", recent.since, ":until", recent.until));
    days.suspect = days_to_collect_again(
        read_suspect_days(db.query(statement::list_suspect_days, ":integrations", listed_text({integration}))), type);
    days.window_days =
        window_days_of(db.value<std::string>(statement::read_window_days, ":integration", integration, ":type", type));
    return days;
  });
}

std::optional<EnqueuedJobs> PostgresStore::run_due(const ScheduleRecord& due, Instant next_due_at,
                                                   const std::vector<PlannedJob>& jobs) {
  return write(Durability::promised, [&](Transaction& transaction) -> std::optional<EnqueuedJobs> {
    if (!lock_integration(transaction, due.integration)) return std::nullopt;
    if (transaction.db.run(statement::advance_schedule, ":schedule", due.id, ":due_at", due.next_due_at, ":next_due_at",
                           next_due_at) == 0)
      return std::nullopt;
    if (transaction.db.run(statement::insert_schedule_run, ":schedule", due.id, ":due_at", due.next_due_at, ":now",
                           transaction.now()) == 0)
      return EnqueuedJobs{};  // the same due time again, after somebody set the schedule back
    const SentJobs sent = send_jobs(transaction, due.integration, jobs, "schedule");
    for (const PlannedJob& job : jobs) {
      transaction.db.send(statement::schedule_run_made_job, ":schedule", due.id, ":due_at", due.next_due_at,
                          ":integration", due.integration, ":type", job.type, ":mode", job.mode, ":since",
                          job.range.since, ":until", job.range.until);
    }
    transaction.db.send(statement::forget_schedule_runs, ":schedule", due.id, ":oldest",
                        due.next_due_at - runs_remembered);
    transaction.commit();  // in the same round trip
    return take_jobs(transaction, sent);
  });
}

}  // namespace adfill::postgres
