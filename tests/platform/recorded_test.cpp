#include "net/governor.h"
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_batch.h"
#include "platform/meta/meta_creatives.h"
#include "platform/meta/meta_report_status.h"
#include "platform/meta/meta_rows.h"
#include "recorded_answers.h"

#include <doctest/doctest.h>

#include <set>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

const Instant now = Instant(std::chrono::sys_days(std::chrono::year(2026) / 9 / 15));
const MetaScopes scopes("act_77", {"meta:app:9"});
const MetaSlice slice{
    .account_number = "77", .currency = "KRW", .range = {Day(2026, 8, 1), Day(2026, 8, 3)}, .windows = {}};

std::optional<Failure> judge(const HttpAnswer& answer) {
  return judge_meta_answer(answer, scopes, "tokenABCDEF", now);
}

template <class Row>
MetaPage<Row> page(const std::string& name, const MetaSlice& asked = slice) {
  auto answer = recorded(name);
  CHECK_FALSE(judge(answer));
  auto read = parse_insights<Row>(answer.body, asked);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  return std::move(*read);
}

struct Refusal {
  std::string name;
  Kind kind;
  std::string code;
  std::string scope{};
  Duration wait{};  // of a throttled one
};

const std::string account = "meta:account:act_77";
const std::string app = "meta:app:9";
using std::chrono::minutes;

const std::vector<Refusal> refusals{
    {"error_token_expired", Kind::credentials, "190/463"},
    {"error_password_changed", Kind::credentials, "190/460"},
    {"error_app_removed", Kind::credentials, "190/458"},
    {"error_missing_permissions", Kind::credentials, "100"},
    {"error_requires_permission", Kind::credentials, "200"},
    {"error_page_permission", Kind::credentials, "190"},
    {"error_unsupported_get", Kind::credentials, "100/33"},
    {"error_profile_not_linked", Kind::credentials, "1/2853001"},
    {"error_too_many_insights", Kind::throttled, "80000/2446079", account, minutes(5)},
    {"error_too_many_calls", Kind::throttled, "80004/2446079", account, minutes(47)},
    {"error_user_limit", Kind::throttled, "17/2446079", account, minutes(5)},
    {"error_app_limit", Kind::throttled, "4/1504022", app, minutes(5)},
    {"error_unknown", Kind::transient, "1/99"},
    {"error_service_away", Kind::transient, "2"},
    {"error_reduce", Kind::too_large, "1"},
    {"error_report_not_ready", Kind::transient, "2601/1815107"},
    {"error_history", Kind::out_of_range, "3018"},
};

}  // namespace

TEST_CASE("recorded rows of ads are read, with windows and without purchases") {
  const auto read = page<AdRow>("ads_with_windows");
  REQUIRE(read.rows.size() == 2);
  CHECK_FALSE(read.paging.more);  // cursors alone: this was the last page
  const auto& row = read.rows[0];
  CHECK(row.ad_id == "23855001");
  CHECK(row.ad_group_name == "New Kona");
  CHECK(row.metrics == Metrics{185, 9, Micros{14'350'000'000}, {}, {}});
  CHECK_FALSE(row.reach);
  CHECK(row.details.contains(
      R"({"1d_click":"8","28d_click":"9","7d_click":"9","action_type":"link_click","value":"9"})"));
  CHECK_FALSE(row.details.contains("cost_per"));
  CHECK(read.rows[1].metrics.cost.value == 8'530'000'000);

  auto windowed = slice;
  windowed.windows = windows_in("7d_click,1d_view");
  CHECK(page<AdRow>("ads_with_windows", windowed).rows.size() == 2);
}

TEST_CASE("recorded bare numbers are read exactly, and a curve of a video stays whole") {
  const auto read = page<AdRow>("ads_with_bare_numbers");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.paging.more);
  CHECK(read.paging.after == "MQZDZD");
  CHECK(read.rows[0].metrics == Metrics{489, 0, Micros{710'000}, {}, {}});
  CHECK(read.rows[0].reach == 473);
  CHECK(read.rows[1].metrics.cost.value == 3'120'500'000);
  CHECK(read.rows[1].details.contains(
      R"("video_play_curve_actions":[{"action_type":"video_view","value":[100,87,64,51,43,38,33,29,)"));
}

TEST_CASE("a recorded sale under three names is one sale, its money a bare number") {
  const auto read = page<AdRow>("ads_with_many_purchase_names");
  REQUIRE(read.rows.size() == 1);
  CHECK_FALSE(read.paging.present);
  CHECK(read.rows[0].metrics.conversions.value == 1'000'000);
  CHECK(read.rows[0].metrics.conversion_value.value == 23'050'000);
  CHECK(read.rows[0].details.contains(R"("purchases_counted_as":"omni_purchase")"));
}

TEST_CASE("recorded groups of age and gender are read, in small letters, reach only where it is told") {
  const auto read = page<DemographicRow>("demographics");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.rows[0].age == "65+");
  CHECK(read.rows[0].gender == "male");
  CHECK(read.rows[0].metrics.cost.value == 80'000);
  CHECK(read.rows[0].reach == 38);
  CHECK(read.rows[1].age == "unknown");
  CHECK_FALSE(read.rows[1].reach);
}

TEST_CASE("a row over many days, as the documentation shows it, is no row of a day") {
  auto answer = recorded("a_month_in_one_row");
  const auto read = parse_insights<DayTotals>(answer.body, slice);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == Kind::unparsable);
  CHECK(read.error().message.contains("date_stop is not the day of date_start"));
}

TEST_CASE("a recorded page without anything is the end") {
  CHECK(page<AdRow>("nothing_to_report").rows.empty());
  CHECK_FALSE(page<DemographicRow>("nothing_to_report").paging.more);
}

TEST_CASE("recorded polls tell where a report stands, and a full one that runs is not finished") {
  CHECK(parse_report_id(recorded("report_made").body) == "6023920149050");
  const auto running = parse_report_status(recorded("report_full_but_running").body);
  REQUIRE(running);
  CHECK(running->state == MetaReportStatus::State::at_work);
  CHECK(running->percent == 100);
  const auto completed = parse_report_status(recorded("report_completed").body);
  REQUIRE(completed);
  CHECK(completed->state == MetaReportStatus::State::completed);
  CHECK(completed->took == std::chrono::seconds(31));
  CHECK(parse_report_status(recorded("report_skipped").body)->state == MetaReportStatus::State::skipped);
}

TEST_CASE("a report that failed for now, by its recorded reasons, may be made again") {
  const auto failed = parse_report_status(recorded("report_failed_with_reasons").body);
  REQUIRE(failed);
  REQUIRE(failed->error);
  const auto failure = told_failure(*failed->error, {}, scopes, now);
  CHECK(failure.kind == Kind::transient);
  CHECK(failure.code == "2601/1487742");
  CHECK(failure.message.contains("try it again"));
}

TEST_CASE("each recorded refusal is the Failure that it has to be, and tells Meta's words") {
  for (const auto& refusal : refusals) {
    CAPTURE(refusal.name);
    const auto answer = recorded(refusal.name);
    std::vector<std::string> unknown;
    const auto failure = judge_meta_answer(answer, scopes, "tokenABCDEF", now,
                                           [&](const Failure& failure) { unknown.push_back(failure.message); });
    REQUIRE(failure);
    CHECK(failure->kind == refusal.kind);
    CHECK(failure->code == refusal.code);
    CHECK(failure->scope == refusal.scope);
    if (failure->resume_at) CHECK(*failure->resume_at - now == refusal.wait);
    CHECK(failure->resume_at.has_value() == (refusal.kind == Kind::throttled));
    CHECK(unknown.empty());
    CHECK(failure->message.starts_with("(#" + refusal.code + ") "));
  }
}

TEST_CASE("recorded usage headers fill the limits of this account and its app, and nobody else's") {
  const auto answer = recorded("usage_headers");
  CHECK_FALSE(judge(answer));
  Governor governor;
  observe_usage(answer, scopes, governor, now);
  REQUIRE(governor.scopes().contains(account));
  CHECK(governor.scopes().at(account).usage(now) == doctest::Approx(97));
  CHECK(governor.scopes().at(app).usage(now) == doctest::Approx(28));
  CHECK(governor.scopes().size() == 2);
  CHECK_FALSE(governor.closed_until(scopes.all(), now));  // full is another account alone
}

TEST_CASE("recorded creatives give their texts from wherever they stand") {
  const auto answer = recorded("creatives");
  CHECK_FALSE(judge(answer));
  const auto read = parse_ads(answer.body);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  REQUIRE(read->rows.size() == 4);
  const auto& link = read->rows[0];
  CHECK(link.title == "Introducing: free connectors");
  CHECK(link.body == "Until it is good you don't pay.");
  CHECK(link.call_to_action == "SIGN_UP");
  CHECK(link.link_url == "https://example.com/free?utm_medium=paid");
  CHECK(link.image_hash == "970937d2");
  CHECK_FALSE(link.details.contains("oe="));
  const auto& post = read->rows[1];  // says only which post it shows
  CHECK(post.creative_id == "23854002");
  CHECK(post.title.empty());
  CHECK(post.body.empty());
  CHECK(post.details.contains(R"("effective_object_story_id":"1127_6602")"));
  const auto& video = read->rows[2];
  CHECK(video.video_id == "998877");
  CHECK(video.body == "Watch");
  CHECK(video.call_to_action == "LEARN_MORE");
  CHECK(video.link_url == "https://example.com/watch");
  CHECK(read->rows[3].creative_id.empty());
  CHECK(read->rows[3].status == "ARCHIVED");
}

TEST_CASE("a recorded batch is an answer a part, with headers and without, and one that was not given") {
  const auto answer = recorded("batch");
  CHECK_FALSE(judge(answer));
  const auto parts = parse_batch(answer.body, 4);
  REQUIRE(parts);
  REQUIRE((*parts)[0]);
  CHECK((*parts)[0]->headers.back().first == "x-ad-account-usage");
  CHECK_FALSE(judge(*(*parts)[0]));
  CHECK_FALSE((*parts)[1]);
  CHECK(judge(*(*parts)[2])->kind == Kind::throttled);
  CHECK(judge(*(*parts)[3])->kind == Kind::credentials);
}
