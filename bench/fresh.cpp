// A simulated year of daily jobs on an injected clock: what looking at days by what their account has shown costs in
// calls to the platform, and how much cost is told wrong at the end of each day, against a fixed window of 28 days.
// Planned by the product's own planner from what the product's own store has kept. Prints a line of JSON; a summary on
// standard error.
//   bench_fresh [days]
//
// A day has one row here, and a page a part of a row, so that accounts of any size are quick. Calls are those of a
// connector: four a report (asked for, followed twice, the account's totals) and the pages of its days.
#include "collect/daily_plan.h"
#include "core/random.h"
#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace adfill;

constexpr int window_days = 28;
constexpr double report_calls = 4;

// How an account's figures move: what part of a day's cost, on average, at which age, and on how many of the days.
struct Habit {
  struct Move {
    int from_age;
    int until_age;
    double chance;
    double part;
  };
  const char* name;
  std::vector<Move> moves;
};

const std::vector<Habit>& habits() {
  static const std::vector<Habit> all{
      {"usual", {{2, 2, 0.95, 0.05}, {3, 3, 0.8, 0.02}, {4, 7, 0.4, 0.006}, {8, 28, 0.08, 0.004}}},
      {"settles within two days", {{2, 2, 0.95, 0.04}, {3, 28, 0.005, 0.002}}},
      {"moves late", {{2, 3, 0.9, 0.03}, {4, 7, 0.4, 0.006}, {8, 28, 0.2, 0.01}}},
      {"corrected at the end", {{2, 2, 0.95, 0.05}, {3, 4, 0.6, 0.01}, {5, 24, 0.04, 0.003}, {26, 26, 0.4, 0.02}}},
      {"never moves", {}},
  };
  return all;
}

// The truth of each day at each age, drawn beforehand, so that every policy meets the same.
class Truth {
 public:
  Truth(const Habit& habit, std::uint64_t seed, Day first, Day last) {
    Random random(seed);
    for (Day day = first; day <= last; day = day.plus(1)) {
      std::vector<std::int64_t>& ages = costs_[day];
      double cost = 1e9 * (0.5 + random.fraction());
      for (int age = 0; age <= window_days; ++age) {
        for (const auto& move : habit.moves) {
          if (age < move.from_age || age > move.until_age || random.fraction() >= move.chance) continue;
          cost *= 1 + move.part * 2 * random.fraction() * (random.below(4) == 0 ? -1 : 1);
        }
        ages.push_back(std::llround(cost));
      }
    }
  }
  [[nodiscard]] std::int64_t cost(Day day, Day today) const {
    return costs_.at(day).at(static_cast<std::size_t>(std::min(today.number() - day.number(), window_days)));
  }

 private:
  std::map<Day, std::vector<std::int64_t>> costs_;
};

// What is told of each day, by when it was looked at.
class Told {
 public:
  explicit Told(const Truth& truth) : truth_(truth) {}
  void look(Day day, Day today) { costs_[day] = truth_.cost(day, today); }
  // Told wrong now, of all days from `first` up to yesterday.
  [[nodiscard]] double stale(Day first, Day today) const {
    std::int64_t stale = 0;
    for (Day day = std::max(first, today.plus(-60)); day < today; day = day.plus(1)) {
      const auto told = costs_.find(day);
      stale += std::abs(truth_.cost(day, today) - (told == costs_.end() ? 0 : told->second));
    }
    return static_cast<double>(stale) / 1e6;
  }
  [[nodiscard]] const std::map<Day, std::int64_t>& costs() const { return costs_; }

 private:
  const Truth& truth_;
  std::map<Day, std::int64_t> costs_;
};

// An account in a store, collected as the product does.
class Account {
 public:
  Account(const Truth& truth, double pages_a_day, Day today) : truth_(truth), today_(today) {
    rules_.plan.calls = {.report = report_calls, .rows_a_page = 1 / pages_a_day};
    rules_.window_days = window_days;
    rules_.earliest = today;
    SqliteOptions options;
    options.path = ":memory:";
    options.now = [this] { return now_; };
    options.new_uuid = [this] { return Uuid::draw(random_); };
    store_ = open_sqlite_store(options);
    store_->migrate_up();
    NewIntegration account;
    account.id = id_ = IntegrationId::draw(random_);
    account.advertiser_name = "Acme";
    account.account_id = "act_1";
    account.currency = "USD";
    account.time_zone = "UTC";
    if (!store_->add_integration(account, {}, "bench") || !store_->become_worker_process()) {
      throw std::runtime_error("the account could not be made");
    }
    worker_ = WorkerId::draw(random_);
    store_->register_worker(worker_, "here", 1, std::chrono::hours(48));
  }

  // The morning of `today`; what its calls were.
  double live_morning(Day today, Told& told) {
    today_ = today;
    now_ = Instant(std::chrono::days(today.number())) + std::chrono::hours(4);
    rules_.today = today;
    rules_.now = now_;
    const auto job = plan_daily(rules_, store_->collected_days(id_, CollectionType::ads), Reach::due);
    if (!job) return 0;
    double calls = 0;
    for (const DayRange& chunk : job->chunks) {
      calls += report_calls + std::ceil(chunk.length() / rules_.plan.calls.rows_a_page);
      looks_ += chunk.length();
      for (Day day = chunk.since; day <= chunk.until; day = day.plus(1)) told.look(day, today);
    }
    collect(*job);
    while (store_->prune({}).more) {
    }
    return calls;
  }
  // The store tells what was told.
  void check(const Told& told) {
    for (const auto& day : store_->coverage(id_, CollectionType::ads)) {
      if (day.state == DayState::gap || day.stored.cost.value != told.costs().at(day.day)) {
        throw std::runtime_error(day.day.to_string() + " is not as it was told");
      }
    }
  }
  [[nodiscard]] std::int64_t looks() const { return looks_; }

 private:
  void collect(const PlannedJob& job) {
    (void)store_->heartbeat(worker_, std::chrono::hours(48));
    (void)store_->enqueue(id_, {job}, "bench");
    while (true) {
      const auto claims = store_->claim(worker_, 1);
      if (claims.empty()) return;
      DaysCommit commit{.token = claims[0].token, .days = {}};
      for (const Day day : claims[0].open_days) commit.days.push_back(snapshot(day));
      if (!store_->commit_days(commit).chunk_completed) throw std::runtime_error("days were not committed");
    }
  }

  DaySnapshot snapshot(Day day) {
    DaySnapshot snapshot;
    snapshot.day = day;
    snapshot.asked = store_->draw_asked();
    snapshot.as_of = now_;
    AdRow row;
    row.day = day;
    row.ad_id = row.campaign_ad_id = "1";
    row.metrics.impressions = 1000;
    row.metrics.cost = Micros{truth_.cost(day, today_)};
    snapshot.rows_read = 1;
    (void)snapshot.totals_read.add(totals_of(row.metrics));
    snapshot.platform = snapshot.totals_read;
    snapshot.rows = std::vector<AdRow>{row};
    return snapshot;
  }

  const Truth& truth_;
  DailyRules rules_{};
  Random random_{1};
  Day today_;
  Instant now_;
  std::int64_t looks_ = 0;
  std::unique_ptr<Store> store_;
  IntegrationId id_;
  WorkerId worker_;
};

// All of the window as often as the given calls a day allow, and yesterday every day, which nobody has yet. A look at
// `length` days in a row costs calls(length).
template <class Calls>
double stale_of_window(const Truth& truth, Day first, int days, double calls_a_day, const Calls& calls) {
  Told told(truth);
  double stale = 0;
  double saved = 0;
  for (int morning = 1; morning <= days; ++morning) {
    const Day today = first.plus(morning);
    saved += calls_a_day;
    const int length = std::min(window_days, morning);
    const bool all = saved >= calls(length);
    const int looked = all ? length : 1;
    saved -= calls(looked);
    for (int age = 1; age <= looked; ++age) told.look(today.plus(-age), today);
    stale += told.stale(first, today);
  }
  return stale;
}

// The youngest days only, as many as the calls allow each day; what is older stays as it was.
template <class Calls>
double stale_of_youngest(const Truth& truth, Day first, int days, double calls_a_day, const Calls& calls) {
  Told told(truth);
  double stale = 0;
  double saved = 0;
  for (int morning = 1; morning <= days; ++morning) {
    const Day today = first.plus(morning);
    saved = std::min(saved + calls_a_day, 2 * calls(window_days));
    int length = 1;
    while (length < std::min(window_days, morning) && calls(length + 1) <= saved) ++length;
    saved -= calls(length);
    for (int age = 1; age <= length; ++age) told.look(today.plus(-age), today);
    stale += told.stale(first, today);
  }
  return stale;
}

// Of one account, or of several together. Stale cost is the sum over the ends of all days.
struct Figures {
  double calls = 0;
  double naive = 0;  // the window each day, a call a day of it, or as many as its pages
  double looks = 0;
  double stale = 0;
  double stale_naive = 0;     // at equal calls, the window, a call a day
  double stale_window = 0;    // at equal calls, the window, in reports as ours
  double stale_youngest = 0;  // at equal calls, the youngest days, in reports as ours

  Figures& operator+=(const Figures& other) {
    calls += other.calls;
    naive += other.naive;
    looks += other.looks;
    stale += other.stale;
    stale_naive += other.stale_naive;
    stale_window += other.stale_window;
    stale_youngest += other.stale_youngest;
    return *this;
  }
};

Figures live(const Habit& habit, double pages_a_day, std::uint64_t seed, int days) {
  const Day first(2026, 1, 1);
  const Truth truth(habit, seed, first, first.plus(days));
  Figures figures;
  Told told(truth);
  Account account(truth, pages_a_day, first);
  for (int morning = 1; morning <= days; ++morning) {
    const Day today = first.plus(morning);
    figures.calls += account.live_morning(today, told);
    figures.stale += told.stale(first, today);
  }
  account.check(told);
  figures.looks = static_cast<double>(account.looks());
  const double a_call_a_day = std::max(1.0, pages_a_day);
  figures.naive = window_days * a_call_a_day * days;
  const auto naive = [a_call_a_day](int length) { return length * a_call_a_day; };
  const auto reports = [pages_a_day](int length) { return report_calls + std::ceil(length * pages_a_day); };
  const double calls_a_day = figures.calls / days;
  figures.stale_naive = stale_of_window(truth, first, days, calls_a_day, naive);
  figures.stale_window = stale_of_window(truth, first, days, calls_a_day, reports);
  figures.stale_youngest = stale_of_youngest(truth, first, days, calls_a_day, reports);
  return figures;
}

double ratio(double part, double whole) {
  return whole == 0 ? 0 : std::round(1000 * part / whole) / 1000;
}

void tell(const std::string& what, const Figures& figures, int account_days) {
  std::cerr << what << ": " << std::round(10 * figures.calls / account_days) / 10 << " calls a day, "
            << std::round(10 * figures.looks / account_days) / 10 << " days looked at, "
            << ratio(figures.calls, figures.naive) << " of the naive calls; stale cost at equal calls "
            << ratio(figures.stale, figures.stale_naive) << " of the window's at a call a day, "
            << ratio(figures.stale, figures.stale_window) << " in reports as ours, "
            << ratio(figures.stale, figures.stale_youngest) << " of the youngest days'\n";
}

int run(int days) {
  const std::vector<double> sizes{0.05, 0.4, 2, 8};
  Figures all;
  std::map<std::string, Figures> by_habit;
  std::map<double, Figures> by_size;
  std::uint64_t seed = 1;
  for (const auto& habit : habits()) {
    for (const double pages : sizes) {
      const Figures figures = live(habit, pages, seed++, days);
      by_habit[habit.name] += figures;
      by_size[pages] += figures;
      all += figures;
    }
  }
  const int accounts = static_cast<int>(habits().size() * sizes.size());
  for (const auto& habit : habits()) tell(habit.name, by_habit[habit.name], days * static_cast<int>(sizes.size()));
  for (const auto& [pages, figures] : by_size) {
    tell(std::to_string(static_cast<int>(pages * 500)) + " rows a day", figures,
         days * static_cast<int>(habits().size()));
  }
  tell("all", all, days * accounts);
  const double calls = ratio(all.calls, all.naive);
  const double stale = ratio(all.stale, all.stale_naive);
  std::cout << "{\"accounts\":" << accounts << ",\"days\":" << days
            << ",\"calls_a_day\":" << all.calls / days / accounts << ",\"of_naive_calls\":" << calls
            << ",\"of_stale_cost\":" << stale << ",\"of_stale_cost_in_reports\":" << ratio(all.stale, all.stale_window)
            << ",\"of_stale_cost_of_youngest\":" << ratio(all.stale, all.stale_youngest) << "}\n";
  return calls <= 0.5 && stale <= 1.0 / 3 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count > 1 ? std::atoi(arguments[1]) : 365);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
