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
#include <map>
#include <numeric>
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
  std::int64_t videos = 0;  // of ads that were asked for with their creative's video
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
    simdjson::dom::element video;
    if (row["creative"]["video_id"].get(video) == SUCCESS) counted.videos += 1;
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
  struct Question {
    CollectionType type = CollectionType::ads;
    std::vector<Day> days{};
  };
  struct Report {
    std::string id;
    std::string kind;  // of MetaReportTimes
    Question question;
    Instant begun;
    Instant seen;  // still at work
    bool finished = false;
  };

  awaitable<Result<void>> find_active_days();
  awaitable<Result<void>> sample();
  awaitable<Result<void>> choose_ad_days();
  awaitable<Result<void>> count_ads();
  static void add_question(std::vector<Question>& questions, CollectionType type, std::vector<Day> days) {
    if (!days.empty()) questions.push_back({.type = type, .days = std::move(days)});
  }
  // Starts a report of each question and waits for them, not longer than anybody waits for an estimate.
  awaitable<Result<std::vector<Report>>> make_reports(std::vector<Question> questions);
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

// Of those that are not far longer than most: they may have waited for a quota.
Duration mean_of(std::vector<Duration> times) {
  if (times.empty()) return Duration::zero();
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  const Duration longest = 3 * *middle;
  std::erase_if(times, [&](Duration time) { return time > longest; });
  return std::accumulate(times.begin(), times.end(), Duration::zero()) / static_cast<int>(times.size());
}

awaitable<Result<AccountProbe>> Probing::run() {
  const bool has_days = wants(CollectionType::ads) || wants(CollectionType::demographics);
  Result<void> done;
  if (has_days) done = co_await find_active_days();
  if (done && !probe_.active_days.empty()) done = co_await sample();
  if (done && wants(CollectionType::creatives)) done = co_await count_ads();
  if (!done) co_return std::unexpected(done.error());
  probe_.call = mean_of(took_);
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

// Every other one.
std::vector<Day> half_of(const std::vector<Day>& days, bool second) {
  std::vector<Day> half;
  for (std::size_t index = second ? 1 : 0; index < days.size(); index += 2) half.push_back(days[index]);
  return half;
}

// By reports, which also tell how long one takes: two of a type, since each takes its own time. Where one does not
// come, what the middle day told stands.
awaitable<Result<void>> Probing::sample() {
  if (wants(CollectionType::ads)) {
    const auto chosen = co_await choose_ad_days();
    if (!chosen) co_return chosen;
  }
  std::vector<Question> questions;
  for (const bool second : {false, true}) {
    if (!ad_days_.empty()) add_question(questions, CollectionType::ads, half_of(ad_days_, second));
    if (!wants(CollectionType::demographics)) continue;
    add_question(questions, CollectionType::demographics,
                 half_of(spread(probe_.active_days, group_days_at_most), second));
  }
  const auto reports = co_await make_reports(questions);
  if (!reports) co_return std::unexpected(reports.error());
  std::vector<AccountProbe::DayRows> ads;
  for (const auto& report : *reports) {
    const bool of_ads = report.question.type == CollectionType::ads;
    if (!report.finished) probe_.rough = true;
    if (!report.finished && of_ads) continue;
    auto edge = report.finished ? report.id + "/insights" : calls_.account_id() + "/insights";
    auto parameters = report.finished ? Query() : group_sample_parameters(report.question.days);
    const auto counted = co_await count_list(std::move(edge), std::move(parameters));
    if (!counted) co_return std::unexpected(counted.error());
    // Of a list that was not read to its end no day is known for sure.
    if (!counted->whole) probe_.rough = true;
    if (of_ads && !counted->whole) continue;
    auto& known = of_ads ? ads : probe_.demographics;
    const auto rows = rows_of(report.question.days, *counted);
    known.insert(known.end(), rows.begin(), rows.end());
  }
  if (!ads.empty()) probe_.ads = std::move(ads);
  std::ranges::sort(probe_.ads, {}, &AccountProbe::DayRows::day);
  std::ranges::sort(probe_.demographics, {}, &AccountProbe::DayRows::day);
  co_return Result<void>();
}

awaitable<Result<void>> Probing::count_ads() {
  auto counted = co_await count_list(calls_.account_id() + "/ads", listed_ads_parameters("id,creative{video_id}"));
  if (!counted && counted.error().code == incomplete_creative_code) {
    // How many have a video is not worth a call for each.
    probe_.rough = true;
    counted = co_await count_list(calls_.account_id() + "/ads", listed_ads_parameters("id"));
  }
  if (!counted) co_return std::unexpected(counted.error());
  probe_.creatives = counted->elements;
  probe_.videos = counted->videos;
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
  report.finished = status && status->state == MetaReportStatus::State::completed && status->percent == 100;
  if (report.finished) {
    worked_.push_back(report_time(*status, report.seen - report.begun, now() - report.begun));
    calls_.learn_report_time(report.kind, worked_.back());
  }
  report.seen = now();
  co_return Result<void>();
}

awaitable<Result<std::vector<Probing::Report>>> Probing::make_reports(std::vector<Question> questions) {
  std::vector<Report> reports;
  for (auto& question : questions) {
    auto parameters = question.type == CollectionType::ads ? sample_parameters(question.days)
                                                           : group_sample_parameters(question.days);
    auto kind = MetaReportTimes::kind_of(calls_.account_id(), parameters);
    const auto made = co_await calls_.post(calls_.account_id() + "/insights", std::move(parameters));
    if (!made) co_return std::unexpected(made.error());
    auto id = parse_report_id(made->body);
    if (!id) co_return std::unexpected(unreadable("the answer to a new report", "it has no report_run_id", made->body));
    reports.push_back({.id = std::move(*id),
                       .kind = std::move(kind),
                       .question = std::move(question),
                       .begun = now(),
                       .seen = now()});
  }
  // The first is asked about until it is there, then the others: they were begun together.
  MetaPollPace pace = MetaReportTimes().pace("", calls_.context().poll_base);
  const auto latest = now() + report_patience;
  const auto next = [&] { return std::ranges::find(reports, false, &Report::finished); };
  while (now() < latest && next() != reports.end()) {
    co_await calls_.context().clock.sleep_until(now() + pace.wait(0.5));
    pace = pace.next();
    for (auto report = next(); report != reports.end(); ++report) {
      if (report->finished) continue;
      const auto polled = co_await poll(*report);
      if (!polled) co_return std::unexpected(polled.error());
      if (!report->finished) break;
      pace = MetaReportTimes().pace("", calls_.context().poll_base);
    }
  }
  for (const auto& report : reports) {
    if (!report.finished) worked_.push_back(now() - report.begun);
  }
  co_return reports;
}

}  // namespace

awaitable<Result<AccountProbe>> probe_account(const MetaCalls& calls, ProbeRequest request) {
  Probing probing(calls, std::move(request));
  co_return co_await probing.run();
}

}  // namespace adfill
