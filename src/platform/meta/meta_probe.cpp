#include "platform/meta/meta_probe.h"

#include "platform/json_text.h"
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_creatives.h"
#include "platform/meta/meta_insights.h"
#include "platform/meta/meta_pages.h"
#include "platform/meta/meta_report.h"
#include "platform/meta/meta_report_status.h"
#include "platform/meta/meta_rows.h"
#include "platform/meta/meta_slice.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

constexpr int probe_page_limit = 1000;  // rows of one field or two are short
constexpr std::int64_t rows_to_sample = 4000;
constexpr std::size_t days_at_least = 4;
constexpr std::size_t days_at_most = 24;
constexpr std::size_t group_days_at_most = 12;  // some 24 rows each
constexpr int pages_at_most = 30;               // of one list; behind them the estimate is rough
constexpr Duration report_patience = std::chrono::seconds(40);

// Rows a day, of a list read page by page.
struct Counted {
  std::map<Day, std::int64_t> days{};
  std::int64_t elements = 0;
  bool whole = true;
};

// Adds a page's elements to what is counted; true when there is one more page.
Result<bool> count_page(const std::string& body, MetaPages& pages, Counted& counted) {
  constexpr std::string_view name = "a page of what an account holds";
  simdjson::dom::parser parser;
  simdjson::dom::object page;
  simdjson::dom::array data;
  if (const auto error = parser.parse(body).get_object().get(page))
    return std::unexpected(unreadable(name, simdjson::error_message(error), body));
  if (page["data"].get_array().get(data) != SUCCESS)
    return std::unexpected(unreadable(name, "it has no list \"data\"", body));
  for (const auto element : data) {
    simdjson::dom::object row;
    if (element.get_object().get(row) != SUCCESS)
      return std::unexpected(unreadable(name, "an element is not an object", body));
    counted.elements += 1;
    if (const auto day = Day::parse(field_text(row, "date_start").value_or(""))) counted.days[*day] += 1;
  }
  MetaPaging paging;
  simdjson::dom::element told;
  if (page["paging"].get(told) == SUCCESS) {
    auto read = read_paging(told);
    if (!read) return std::unexpected(unreadable(name, "its \"paging\" is odd", body));
    paging = std::move(*read);
  }
  return pages.turn(paging, data.size());
}

// So many of the days, evenly spread: the middles of equal pieces.
std::vector<Day> spread(const std::vector<Day>& days, std::size_t count) {
  count = std::min(count, days.size());
  std::vector<Day> chosen;
  chosen.reserve(count);
  for (std::size_t index = 0; index < count; ++index)
    chosen.push_back(days[(2 * index + 1) * days.size() / (2 * count)]);
  return chosen;
}

std::vector<AccountProbe::DayRows> rows_of(const std::vector<Day>& days, const Counted& counted) {
  std::vector<AccountProbe::DayRows> rows;
  for (const Day day : days) {
    const auto found = counted.days.find(day);
    rows.push_back({day, found == counted.days.end() ? 0 : found->second});
  }
  return rows;
}

class Probing {
 public:
  Probing(const MetaCalls& calls, ProbeRequest request) : calls_(calls), request_(std::move(request)) {}

  awaitable<Result<AccountProbe>> run();

 private:
  struct Report {
    std::string id;
    Instant begun;
    Instant seen;  // still at work
    bool finished = false;
  };

  awaitable<Result<void>> find_active_days();
  awaitable<Result<void>> sample();
  awaitable<Result<void>> choose_ad_days();
  awaitable<Result<void>> count_ads();
  // Starts a report of each question and waits for them, not longer than anybody waits for an estimate.
  awaitable<Result<std::vector<Report>>> make_reports(std::vector<Query> questions);
  awaitable<Result<void>> poll(Report& report);
  awaitable<Result<Counted>> count_list(std::string path, Query parameters);
  [[nodiscard]] bool wants(CollectionType type) const {
    return std::ranges::find(request_.types, type) != request_.types.end();
  }
  [[nodiscard]] Instant now() const { return calls_.context().clock.now(); }

  const MetaCalls& calls_;
  ProbeRequest request_;
  AccountProbe probe_{};
  std::vector<Day> ad_days_{};      // to be counted by a report; empty: one day was more than can be counted
  std::vector<Duration> took_{};    // calls
  std::vector<Duration> worked_{};  // reports
};

Duration middle_of(std::vector<Duration> times) {
  if (times.empty()) return Duration::zero();
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

awaitable<Result<AccountProbe>> Probing::run() {
  const bool has_days = wants(CollectionType::ads) || wants(CollectionType::demographics);
  Result<void> done;
  if (has_days) done = co_await find_active_days();
  if (done && !probe_.active_days.empty()) done = co_await sample();
  if (done && wants(CollectionType::creatives)) done = co_await count_ads();
  if (!done) co_return std::unexpected(done.error());
  probe_.call = middle_of(took_);  // some may have waited for a quota
  for (const auto worked : worked_) probe_.report += worked / static_cast<int>(worked_.size());
  const auto& scopes = calls_.context().governor.scopes();
  const auto app = scopes.find(calls_.scopes().app);
  if (app != scopes.end()) probe_.tier = app->second.tier;
  co_return std::move(probe_);
}

awaitable<Result<Counted>> Probing::count_list(std::string path, Query parameters) {
  MetaPages pages(calls_, std::move(path), std::move(parameters), probe_page_limit);
  Counted counted;
  for (int page = 0; page < pages_at_most; ++page) {
    const auto asked = now();
    const auto answer = co_await pages.next();
    if (!answer) co_return std::unexpected(answer.error());
    took_.push_back(now() - asked);
    const auto more = count_page(answer->body, pages, counted);
    if (!more) co_return std::unexpected(more.error());
    if (!*more) co_return counted;
  }
  counted.whole = false;
  co_return counted;
}

awaitable<Result<void>> Probing::find_active_days() {
  const MetaSlice slice{
      .account_number = calls_.scopes().number, .currency = request_.account.currency, .range = request_.range};
  MetaPages pages(calls_, calls_.account_id() + "/insights", totals_parameters(request_.range), probe_page_limit);
  while (true) {
    const auto asked = now();
    auto answer = co_await pages.next();
    if (!answer) co_return std::unexpected(answer.error());
    took_.push_back(now() - asked);
    auto page = parse_insights<DayTotals>(answer->body, slice);
    if (!page) co_return std::unexpected(page.error());
    for (const auto& row : page->rows) probe_.active_days.push_back(row.day);
    const auto more = pages.turn(page->paging, page->rows.size());
    if (!more) co_return std::unexpected(more.error());
    if (!*more) break;
  }
  std::ranges::sort(probe_.active_days);
  co_return Result<void>();
}

// A day in the middle tells how many days can be asked for.
awaitable<Result<void>> Probing::choose_ad_days() {
  const auto middle = spread(probe_.active_days, 1);
  const auto counted = co_await count_list(calls_.account_id() + "/insights", sample_parameters(middle));
  if (!counted) co_return std::unexpected(counted.error());
  probe_.ads = rows_of(middle, *counted);
  probe_.rough = !counted->whole;
  const auto rows = std::max<std::int64_t>(1, counted->elements);
  const auto days = std::clamp(static_cast<std::size_t>(rows_to_sample / rows), days_at_least, days_at_most);
  if (counted->whole) ad_days_ = spread(probe_.active_days, days);
  co_return Result<void>();
}

// By reports, which also tell how long one takes. Where one does not come, what the middle day told stands.
awaitable<Result<void>> Probing::sample() {
  if (wants(CollectionType::ads)) {
    const auto chosen = co_await choose_ad_days();
    if (!chosen) co_return chosen;
  }
  const auto group_days = spread(probe_.active_days, group_days_at_most);
  std::vector<Query> questions;
  if (!ad_days_.empty()) questions.push_back(sample_parameters(ad_days_));
  if (wants(CollectionType::demographics)) questions.push_back(group_sample_parameters(group_days));
  const auto reports = co_await make_reports(std::move(questions));
  if (!reports) co_return std::unexpected(reports.error());
  for (std::size_t index = 0; index < reports->size(); ++index) {
    const auto& report = (*reports)[index];
    const bool of_ads = index == 0 && !ad_days_.empty();
    auto edge = report.finished ? report.id + "/insights" : calls_.account_id() + "/insights";
    auto question = report.finished ? Query() : group_sample_parameters(group_days);
    if (!report.finished) probe_.rough = true;
    if (!report.finished && of_ads) continue;
    const auto counted = co_await count_list(std::move(edge), std::move(question));
    if (!counted) co_return std::unexpected(counted.error());
    // Of a list that was not read to its end no day is known for sure.
    if (!counted->whole) probe_.rough = true;
    if (of_ads && counted->whole) probe_.ads = rows_of(ad_days_, *counted);
    if (!of_ads) probe_.demographics = rows_of(group_days, *counted);
  }
  co_return Result<void>();
}

awaitable<Result<void>> Probing::count_ads() {
  const auto counted = co_await count_list(calls_.account_id() + "/ads", listed_ads_parameters());
  if (!counted) co_return std::unexpected(counted.error());
  probe_.creatives = counted->elements;
  probe_.rough = probe_.rough || !counted->whole;
  co_return Result<void>();
}

awaitable<Result<void>> Probing::poll(Report& report) {
  const auto asked = now();
  Query nothing;
  const auto polled = co_await calls_.get(report.id, std::move(nothing));
  if (!polled) co_return std::unexpected(polled.error());
  took_.push_back(now() - asked);
  const auto status = parse_report_status(polled->body);
  report.finished = status && status->state == "Job Completed" && status->percent == 100;
  // It ended at some time between two polls.
  if (report.finished) worked_.push_back((report.seen - report.begun + (asked - report.begun)) / 2);
  report.seen = asked;
  co_return Result<void>();
}

awaitable<Result<std::vector<Probing::Report>>> Probing::make_reports(std::vector<Query> questions) {
  std::vector<Report> reports;
  for (auto& question : questions) {
    const auto made = co_await calls_.post(calls_.account_id() + "/insights", std::move(question));
    if (!made) co_return std::unexpected(made.error());
    auto id = parse_report_id(made->body);
    if (!id) co_return std::unexpected(unreadable("the answer to a new report", "it has no report_run_id", made->body));
    reports.push_back({.id = std::move(*id), .begun = now(), .seen = now()});
  }
  // Closer together than the worker's polls: it is the time that is asked for.
  const Duration shortest = calls_.context().poll_base;
  Duration pause = shortest;
  const auto latest = now() + report_patience;
  while (now() < latest && !std::ranges::all_of(reports, &Report::finished)) {
    const auto due = now() + pause;
    pause = std::min(3 * shortest, pause * 5 / 4);
    co_await calls_.context().clock.sleep_until(due);
    for (auto& report : reports) {
      if (report.finished) continue;
      const auto polled = co_await poll(report);
      if (!polled) co_return std::unexpected(polled.error());
    }
  }
  for (const auto& report : reports) {
    if (!report.finished) worked_.push_back(report.seen - report.begun);
  }
  co_return reports;
}

struct Polling {
  double polls = 0;
  Duration wait{};  // until the report is seen to be finished
};

// As meta_report.cpp polls, for reports that take the probe's time give or take a quarter.
Polling polling_of(Duration report, Duration poll_base, Duration least_gap) {
  constexpr int draws = 256;
  constexpr double longest = 30e6;
  Random random(1);  // always the same answer
  Polling mean;
  double wait = 0;
  for (int draw = 0; draw < draws; ++draw) {
    const double end = static_cast<double>(report.count()) * (0.75 + random.fraction() / 2);
    double pause = static_cast<double>(poll_base.count());
    double at = 0;
    do {
      at += std::max(pause * (0.75 + random.fraction() / 2), static_cast<double>(least_gap.count()));
      pause = std::min(longest, pause * 1.5);
      mean.polls += 1;
    } while (at < end);
    wait += at;
  }
  mean.polls /= draws;
  mean.wait = Duration(static_cast<Duration::rep>(wait / draws));
  return mean;
}

double pages_of(std::int64_t rows, int limit) {
  return std::max(1.0, std::ceil(static_cast<double>(rows) / limit));
}

}  // namespace

awaitable<Result<AccountProbe>> probe_account(const MetaCalls& calls, ProbeRequest request) {
  Probing probing(calls, std::move(request));
  co_return co_await probing.run();
}

PlannedCalls planned_calls(CollectionType type, DayRange chunk, std::int64_t rows, const AccountProbe& probe,
                           Duration poll_base, Duration least_gap) {
  PlannedCalls planned;
  if (type == CollectionType::creatives) {
    planned.lists = pages_of(rows, creatives_page_limit);
    planned.time = Duration(static_cast<Duration::rep>(planned.lists * static_cast<double>(probe.call.count())));
    return planned;
  }
  const auto polling = polling_of(probe.report, poll_base, least_gap);
  planned.reports = 1;
  planned.reads = polling.polls + pages_of(rows, meta_page_limit) + pages_of(chunk.length(), meta_page_limit);
  planned.time = polling.wait +
                 Duration(static_cast<Duration::rep>((planned.reads + 1) * static_cast<double>(probe.call.count())));
  return planned;
}

Duration quota_time(const PlannedCalls& planned, const MetaScopes& scopes, const Governor& governor, Instant now) {
  std::vector<QuotaUse> uses;
  const auto add = [&](std::string_view method, const std::string& path, double calls) {
    for (auto& use : uses_of(scopes, method, path)) {
      use.points *= calls;
      uses.push_back(std::move(use));
    }
  };
  const auto account = "act_" + scopes.number;
  add("POST", account + "/insights", planned.reports);
  add("GET", account + "/insights", planned.reads);
  add("GET", account + "/ads", planned.lists);
  return governor.time_for(uses, now);
}

}  // namespace adfill
