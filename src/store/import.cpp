#include "store/import.h"

#include "core/time_zone.h"
#include "store/import_accounts.h"
#include "store/import_jobs.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <span>
#include <utility>

namespace adfill {

namespace {

constexpr std::int64_t rows_a_page = 4'000;
constexpr int creatives_a_page = 2'000;
constexpr int restated_days = 28;  // the longest restatement window of a source

bool has(const std::vector<std::string>& tables, std::string_view table) {
  return std::ranges::find(tables, table) != tables.end();
}

// What is not known is taken to have been written as soon as the day was over.
Instant written_at(const ReplacedDay& day) {
  return day.written_at.value_or(Instant(std::chrono::sys_days(std::chrono::days(day.day.number() + 1))));
}

template <class Row>
struct Kind;
template <>
struct Kind<AdRow> {
  static constexpr CollectionType type = CollectionType::ads;
  static auto read(const ReplacedFigures& figures) { return to_ad_row(figures); }
};
template <>
struct Kind<DemographicRow> {
  static constexpr CollectionType type = CollectionType::demographics;
  static auto read(const ReplacedFigures& figures) { return to_demographic_row(figures); }
};

class Import {
 public:
  Import(ReplacedDatabase& from, const ImportTarget& to, const ImportRules& rules)
      : from_(from), to_(to), rules_(rules) {}

  ImportReport run() {
    check_replaced(from_);
    const auto tables = from_.tables();
    accounts_ = import_accounts(from_, to_, rules_, has(tables, "advertisers"), report_);
    if (has(tables, "collection_jobs")) import_jobs(has(tables, "collection_queue"));
    if (has(tables, "ad_performance")) import_figures<AdRow>("ad_performance");
    if (has(tables, "ad_performance_demographics")) import_figures<DemographicRow>("ad_performance_demographics");
    if (has(tables, "ad_creatives")) import_creatives();
    return std::move(report_);
  }

 private:
  template <class Row>
  struct Built {
    std::vector<Row> rows{};
    std::string problem{};
  };
  template <class Row>
  using Page = std::map<const MovedAccount*, std::map<Day, Built<Row>>>;

  void import_jobs(bool with_chunks);
  template <class Row>
  void import_figures(const char* table);
  template <class Row>
  void import_owner(const ReplacedOwner& owner, ImportCount& count);
  template <class Row>
  void import_page(const ReplacedOwner& owner, std::span<const ReplacedDay> days, ImportCount& count);
  template <class Row>
  void write_days(const MovedAccount& account, std::map<Day, Built<Row>>& built, std::span<const ReplacedDay> days,
                  ImportCount& count);
  void import_creatives();
  void import_creatives_of(const ReplacedOwner& owner, ImportCount& count);

  // False, with a note, when nothing of the owner was moved in.
  bool is_known(const ReplacedOwner& owner, const ImportCount& count);
  // The days of the account that are as new already.
  std::map<Day, Asked> covered(const ReplacedOwner& owner, CollectionType type);
  void tell(const ImportCount& count) {
    rules_.progress({count.what, count.copied + count.there + count.left_out, count.found});
  }
  void leave_out(std::int64_t of_nobody, ImportCount& count) {
    count.left_out += of_nobody;
    of_nobody_ += of_nobody;
  }
  void leave_out_day(Day day, const std::string& problem, std::int64_t rows, ImportCount& count) {
    count.left_out += rows;
    report_.notes.push_back(count.what + ": day " + day.to_string() + " was left out, " + problem +
                            ". adfill collects it from the platform.");
  }

  ReplacedDatabase& from_;
  ImportTarget to_;
  const ImportRules& rules_;
  // After a table: what became of its rows.
  void finish(ImportCount count);

  MovedAccounts accounts_;
  ImportReport report_;
  // Of the table that is being copied.
  std::int64_t of_nobody_ = 0;       // rows that several accounts could have written
  std::int64_t unsettled_days_ = 0;  // older than the window by now, but written inside it
};

void Import::finish(ImportCount count) {
  if (of_nobody_ > 0) {
    report_.notes.push_back(count.what + ": " + std::to_string(of_nobody_) +
                            " rows were left out, they don't say which of several accounts they are of.");
  }
  if (unsettled_days_ > 0) {
    report_.notes.push_back(count.what + ": " + std::to_string(unsettled_days_) +
                            " days were written while the platform still changed them, and not again after. The next "
                            "daily collection asks for them once more.");
  }
  of_nobody_ = 0;
  unsettled_days_ = 0;
  report_.counts.push_back(std::move(count));
}

void Import::import_jobs(bool with_chunks) {
  ImportCount count{"collection_jobs"};
  for (const MovedAccount& account : accounts_.all()) {
    auto jobs = from_.jobs(account.old.id);
    std::map<std::string, std::vector<ReplacedChunk>> chunks;
    if (with_chunks) {
      for (ReplacedChunk& chunk : from_.chunks(account.old.id)) {
        auto job = chunk.job;
        chunks[std::move(job)].push_back(std::move(chunk));
      }
    }
    std::vector<ImportedJob> made;
    for (ReplacedJob& job : jobs) {
      job.chunks = std::move(chunks[job.id]);
      auto imported = to_imported_job(job, rules_.new_uuid, rules_.now);
      if (imported) {
        made.push_back(std::move(*imported));
        continue;
      }
      ++count.left_out;
      report_.notes.push_back("collection_jobs: job " + job.id + " was left out, " + imported.error() + ".");
    }
    count.found += static_cast<std::int64_t>(jobs.size());
    const auto wanted = static_cast<std::int64_t>(made.size());
    const auto copied = to_.side != nullptr ? to_.side->import_jobs(account.target.integration, made) : wanted;
    count.copied += copied;
    count.there += wanted - copied;
    tell(count);
  }
  finish(std::move(count));
}

bool Import::is_known(const ReplacedOwner& owner, const ImportCount& count) {
  if (!accounts_.of(owner).empty()) return true;
  const std::string rows = count.what + ": " + std::to_string(owner.rows) + " rows were left out, ";
  if (owner.source && !parse<Source>(*owner.source)) {
    report_.notes.push_back(rows + "adfill has no source '" + *owner.source + "'.");
  } else {
    report_.notes.push_back(rows + "advertiser " + owner.advertiser.value_or("NULL") + " has no integration on " +
                            owner.source.value_or("any source") + " that moved in.");
  }
  return false;
}

std::map<Day, Asked> Import::covered(const ReplacedOwner& owner, CollectionType type) {
  std::map<Day, Asked> days;
  const auto accounts = accounts_.of(owner);
  if (to_.store == nullptr || accounts.size() != 1) return days;
  for (const CoverageRecord& record : to_.store->coverage(accounts.front()->target.integration, type)) {
    if (record.state != DayState::gap) days[record.day] = record.asked;
  }
  return days;
}

template <class Row>
void Import::import_figures(const char* table) {
  ImportCount count{table};
  const auto owners = from_.owners(Kind<Row>::type);
  for (const ReplacedOwner& owner : owners) count.found += owner.rows;
  for (const ReplacedOwner& owner : owners) {
    if (is_known(owner, count)) {
      import_owner<Row>(owner, count);
    } else {
      count.left_out += owner.rows;
    }
  }
  finish(std::move(count));
}

template <class Row>
void Import::import_owner(const ReplacedOwner& owner, ImportCount& count) {
  auto days = from_.days(Kind<Row>::type, owner);
  if (to_.side == nullptr) {
    for (const ReplacedDay& day : days) count.copied += day.rows;
    return;
  }
  const auto there = covered(owner, Kind<Row>::type);
  std::erase_if(days, [&](const ReplacedDay& day) {
    const auto known = there.find(day.day);
    if (known == there.end() || known->second < replaced_asked(written_at(day))) return false;
    count.there += day.rows;
    return true;
  });
  for (std::size_t begin = 0; begin < days.size();) {
    std::size_t end = begin;
    std::int64_t rows = 0;
    do {
      rows += days[end++].rows;
    } while (end < days.size() && rows + days[end].rows <= rows_a_page);
    import_page<Row>(owner, std::span(days).subspan(begin, end - begin), count);
    begin = end;
    tell(count);
  }
}

template <class Row>
void Import::import_page(const ReplacedOwner& owner, std::span<const ReplacedDay> days, ImportCount& count) {
  Page<Row> page;
  std::int64_t of_nobody = 0;
  for (const ReplacedFigures& figures : from_.figures(Kind<Row>::type, owner, {days.front().day, days.back().day})) {
    if (!std::ranges::binary_search(days, figures.day, {}, &ReplacedDay::day)) continue;  // it is there already
    const MovedAccount* account = accounts_.find(owner, figures.integration, figures.account);
    if (account == nullptr) {
      ++of_nobody;
      continue;
    }
    Built<Row>& built = page[account][figures.day];
    auto row = Kind<Row>::read(figures);
    if (!row && built.problem.empty()) built.problem = row.error();
    built.rows.push_back(row ? std::move(*row) : Row{});
  }
  leave_out(of_nobody, count);
  for (auto& [account, built] : page) write_days<Row>(*account, built, days, count);
}

template <class Row>
void Import::write_days(const MovedAccount& account, std::map<Day, Built<Row>>& built,
                        std::span<const ReplacedDay> days, ImportCount& count) {
  std::vector<DaySnapshot> snapshots;
  for (auto& [day, of_day] : built) {
    const auto size = static_cast<std::int64_t>(of_day.rows.size());
    DaySnapshot snapshot;
    snapshot.day = day;
    snapshot.as_of = written_at(*std::ranges::lower_bound(days, day, {}, &ReplacedDay::day));
    snapshot.asked = replaced_asked(snapshot.as_of);
    snapshot.report_id = "imported";
    snapshot.rows_read = size;
    snapshot.moving = snapshot.inside_window =
        day_in_zone(snapshot.as_of, account.target.time_zone) < day.plus(restated_days);
    for (const Row& row : of_day.rows) {
      if (of_day.problem.empty() && !snapshot.totals_read.add(totals_of(row.metrics)))
        of_day.problem = "its sums are too large";
    }
    if (!of_day.problem.empty()) {
      leave_out_day(day, of_day.problem, size, count);
      continue;
    }
    snapshot.rows = std::move(of_day.rows);
    snapshots.push_back(std::move(snapshot));
  }
  const Day window_start = day_in_zone(rules_.now, account.target.time_zone).plus(-restated_days);
  const auto add = [&](const std::vector<DaySnapshot>& written, const ImportedDays& imported) {
    std::int64_t given = 0;
    for (const DaySnapshot& day : written) {
      given += day.rows_read;
      if (day.inside_window && day.day < window_start) ++unsettled_days_;
    }
    count.copied += imported.rows;
    count.there += given - imported.rows;
  };
  const auto all = to_.side->import_days(account.target, Kind<Row>::type, snapshots);
  if (all.problem.empty()) return add(snapshots, all);
  for (DaySnapshot& snapshot : snapshots) {  // which of them is it?
    const std::vector<DaySnapshot> one{std::move(snapshot)};
    const auto imported = to_.side->import_days(account.target, Kind<Row>::type, one);
    if (imported.problem.empty()) {
      add(one, imported);
    } else {
      leave_out_day(one.front().day, imported.problem, one.front().rows_read, count);
    }
  }
}

void Import::import_creatives() {
  ImportCount count{"ad_creatives"};
  const auto owners = from_.creative_owners();
  for (const ReplacedOwner& owner : owners) count.found += owner.rows;
  for (const ReplacedOwner& owner : owners) {
    if (!is_known(owner, count)) {
      count.left_out += owner.rows;
    } else if (to_.side == nullptr) {
      count.copied += owner.rows;
    } else {
      import_creatives_of(owner, count);
    }
  }
  finish(std::move(count));
}

void Import::import_creatives_of(const ReplacedOwner& owner, ImportCount& count) {
  const Asked asked = replaced_asked(owner.written_at.value_or(Instant{}));
  std::int64_t of_nobody = 0;
  std::string after;
  while (true) {
    auto page = from_.creatives(owner, after, creatives_a_page);
    if (page.empty()) break;
    after = page.back().creative.ad_id;
    std::map<const MovedAccount*, std::vector<Creative>> rows;
    for (ReplacedCreative& one : page) {
      const MovedAccount* account = accounts_.find(owner, one.integration, one.account);
      if (account == nullptr) {
        ++of_nobody;
      } else {
        rows[account].push_back(std::move(one.creative));
      }
    }
    for (auto& [account, creatives] : rows) {
      const auto given = static_cast<std::int64_t>(creatives.size());
      const auto written = to_.side->import_creatives(account->target, asked, std::move(creatives));
      count.copied += written;
      count.there += given - written;
    }
    tell(count);
  }
  leave_out(of_nobody, count);
}

}  // namespace

void check_replaced(ReplacedDatabase& from) {
  if (!has(from.tables(), "integrations")) {
    throw ImportRefused(
        "There is no table integrations in that database: give the URL of the replaced system's database, of a role "
        "that owns its tables (a schema other than public by ?options=-csearch_path%3DNAME).");
  }
  if (from.is_adfill()) {
    throw ImportRefused(
        "That database is adfill's own, not the replaced system's. adfill move carries it to another one.");
  }
}

ImportReport import_replaced(ReplacedDatabase& from, const ImportTarget& to, const ImportRules& rules) {
  return Import(from, to, rules).run();
}

}  // namespace adfill
