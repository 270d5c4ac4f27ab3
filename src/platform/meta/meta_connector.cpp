#include "platform/meta/meta_connector.h"

#include "core/time_zone.h"
#include "platform/meta/meta_accounts.h"
#include "platform/meta/meta_attribution.h"
#include "platform/meta/meta_calls.h"
#include "platform/meta/meta_creatives.h"
#include "platform/meta/meta_examine.h"
#include "platform/meta/meta_insights.h"
#include "platform/meta/meta_picture.h"
#include "platform/meta/meta_probe.h"
#include "platform/meta/meta_rehearsal.h"
#include "platform/meta/meta_slice.h"
#include "platform/meta/meta_verify.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;

bool is_secret(std::string_view text) {
  constexpr std::size_t longest = 4096;
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](char letter) { return letter > 0x20 && letter < 0x7F; });
}

class MetaConnector final : public Connector {
 public:
  MetaConnector(const PlatformContext& context, MetaSettings settings)
      : context_(context), settings_(std::move(settings)) {}

  [[nodiscard]] Source source() const override { return Source::meta; }
  [[nodiscard]] TypePlan plan(CollectionType type) const override;
  [[nodiscard]] Day earliest_day(Day today) const override { return first_day_of_meta(today); }
  // Meta calls a day's figures final 28 days after they were reported (…/insights/best-practices).
  [[nodiscard]] int restatement_days(CollectionType) const override { return 28; }
  [[nodiscard]] std::expected<std::string, std::string> attribution_of(
      const std::vector<std::string>& windows) const override {
    return meta_attribution_of(windows);
  }
  // Where no window is asked for, each ad set's own setting counts.
  [[nodiscard]] std::string recorded_attribution(CollectionType, const std::string& attribution) const override {
    return attribution.empty() ? "ad_set" : attribution;
  }
  // The groups of demographics are sums over the account: they have no parts that add up (reach does not).
  [[nodiscard]] DayPart finest_part(CollectionType type) const override {
    return type == CollectionType::ads ? DayPart::ads : DayPart::whole;
  }
  [[nodiscard]] std::optional<Malformed> malformed(std::string_view account_id,
                                                   const Credentials& credentials) const override;
  awaitable<Result<VerifiedAccount>> verify(std::string account_id, Credentials credentials) override;
  awaitable<Result<std::vector<ListedAccount>>> accounts(Credentials credentials) override {
    return list_accounts(context_, settings_, std::move(credentials));
  }
  awaitable<Examination> examine(std::string account_id, Credentials credentials) override {
    return examine_account(context_, settings_, full_account_id(account_id).value_or(account_id),
                           std::move(credentials));
  }
  awaitable<Result<AccountProbe>> probe(ProbeRequest request) override;
  [[nodiscard]] Rehearsal rehearse(const VerifiedAccount& account, const std::vector<PlannedChunk>& chunks,
                                   const AccountProbe& probe, int at_once) const override;
  awaitable<Result<void>> collect(SliceRequest request, SliceSink& sink) override;
  awaitable<Result<std::vector<DayTotals>>> totals(SliceRequest request) override;
  awaitable<Result<FetchedPicture>> picture(std::string url) override {
    return fetch_picture(context_, settings_.base_url, std::move(url));
  }

 private:
  PlatformContext context_;
  MetaSettings settings_;
  MetaReportTimes report_times_{};
};

TypePlan MetaConnector::plan(CollectionType type) const {
  TypePlan plan;
  plan.chunks.target_days = type == CollectionType::demographics ? 60 : 90;
  plan.calls = {.report = 4, .rows_a_page = meta_page_limit};  // made, asked for twice, its account's totals
  plan.has_days = type != CollectionType::creatives;
  return plan;
}

std::optional<Connector::Malformed> MetaConnector::malformed(std::string_view account_id,
                                                             const Credentials& credentials) const {
  if (!full_account_id(account_id))
    return Malformed{"account_id", "is to be act_ and digits, as in act_1234567890", "wrong_account_id"};
  constexpr const char* odd = "has a space, a line break or another character that Meta never uses in it";
  const auto token = credentials.fields.find("access_token");
  if (token == credentials.fields.end() || token->second.empty())
    return Malformed{"credentials.access_token", "is missing", "missing"};
  if (!is_secret(token->second)) return Malformed{"credentials.access_token", odd, "wrong_token"};
  const auto app_secret = credentials.fields.find("app_secret");
  if (app_secret != credentials.fields.end() && !app_secret->second.empty() && !is_secret(app_secret->second)) {
    return Malformed{"credentials.app_secret", odd, "wrong_token"};
  }
  return std::nullopt;
}

awaitable<Result<VerifiedAccount>> MetaConnector::verify(std::string account_id, Credentials credentials) {
  const auto wrong = malformed(account_id, credentials);
  if (wrong) co_return std::unexpected(Failure(Failure::Kind::permanent, wrong->field + " " + wrong->message));
  auto full_id = full_account_id(account_id).value_or("");
  co_return co_await verify_account(context_, settings_, std::move(full_id), std::move(credentials));
}

awaitable<Result<AccountProbe>> MetaConnector::probe(ProbeRequest request) {
  const auto account_id = request.account.account_id;
  const MetaScopes scopes(account_id, request.account.scopes);
  MetaCalls calls(context_, settings_, account_id, request.credentials, scopes);
  calls.know_report_times(report_times_);
  co_return co_await probe_account(calls, std::move(request));
}

Rehearsal MetaConnector::rehearse(const VerifiedAccount& account, const std::vector<PlannedChunk>& chunks,
                                  const AccountProbe& probe, int at_once) const {
  constexpr Duration reading = std::chrono::seconds(15);  // a person does, before it is begun: quotas empty meanwhile
  const MetaScopes scopes(account.account_id, account.scopes);
  const MetaStage stage{.scopes = scopes,
                        .governor = context_.governor,
                        .report_times = report_times_,
                        .poll_base = context_.poll_base,
                        .begin = context_.clock.now() + reading};
  return adfill::rehearse(stage, chunks, probe, at_once);
}

awaitable<Result<void>> MetaConnector::collect(SliceRequest request, SliceSink& sink) {
  const auto account_id = full_account_id(request.account_id).value_or(request.account_id);
  const MetaScopes scopes(account_id, request.scopes);
  MetaCalls calls(context_, settings_, account_id, request.credentials, scopes, [&sink] { sink.alive(); });
  calls.know_report_times(report_times_);
  if (request.type == CollectionType::creatives) {
    KnownCreatives known{.videos = std::move(request.videos), .unlisted_ads = std::move(request.unlisted_ads)};
    co_return co_await collect_creatives(calls, sink, std::move(known));
  }

  const auto range = request.range;
  const auto today = day_in_zone(context_.clock.now(), request.time_zone);
  auto collected = co_await collect_slice(calls, std::move(request), today, sink);
  if (!collected && collected.error().kind == Failure::Kind::out_of_range) {
    // Meta's own limit may lie later than ours: then at least the first day asked for is beyond it.
    collected.error().earliest = std::max(first_day_of_meta(today), range.since.plus(1));
  }
  co_return collected;
}

awaitable<Result<std::vector<DayTotals>>> MetaConnector::totals(SliceRequest request) {
  const auto account_id = full_account_id(request.account_id).value_or(request.account_id);
  const MetaScopes scopes(account_id, request.scopes);
  const MetaCalls calls(context_, settings_, account_id, request.credentials, scopes);
  const MetaSlice slice{.account_number = scopes.number, .currency = request.currency, .range = request.range};
  co_return co_await read_totals(calls, slice);
}

}  // namespace

std::unique_ptr<Connector> make_meta_connector(const PlatformContext& context, MetaSettings settings) {
  return std::make_unique<MetaConnector>(context, std::move(settings));
}

}  // namespace adfill
