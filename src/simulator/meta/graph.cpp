#include "simulator/meta/graph.h"

#include "core/time_zone.h"
#include "net/secrets_hmac.h"
#include "simulator/json_text.h"
#include "simulator/meta/insights_page.h"
#include "simulator/meta/insights_rows.h"
#include "simulator/meta/objects.h"
#include "simulator/mix.h"

#include <algorithm>

namespace adfill::meta {
namespace {

namespace asio = boost::asio;

bool lists_rows(std::string_view kind) {
  return kind == "insights" || kind == "page" || kind == "ads" || kind == "campaigns" || kind == "adsets";
}

bool asks_insights(std::string_view kind) {
  return kind == "insights" || kind == "report" || kind == "page" || kind == "poll";
}

std::optional<GraphError> refusal_of(TieredQuota::Limit limit) {
  switch (limit) {
    case TieredQuota::Limit::none:
      return std::nullopt;
    case TieredQuota::Limit::score:
      return request_limit_reached();
    case TieredQuota::Limit::insights:
      return too_many_calls(80000, "calls from this ad-account");
    case TieredQuota::Limit::management:
      return too_many_calls(80004, "calls to this ad-account");
    case TieredQuota::Limit::app:
      break;
  }
  return app_limit_reached();
}

HttpResponse html_of(int status) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("content-type", "text/html; charset=utf-8");
  response.body =
      "<!DOCTYPE html><html lang=\"en\"><head><title>Error</title></head><body><h1>Sorry, something went "
      "wrong.</h1></body></html>";
  return response;
}

HttpResponse garbage_of(const Fault& fault) {
  HttpResponse response;
  response.status = fault.status == 0 ? 200 : fault.status;
  response.headers.emplace_back("content-type", "application/json; charset=UTF-8");
  response.body = fault.body;
  return response;
}

}  // namespace

Account* Graph::Call::account() const {
  if (report) return report->query.node.account;
  return node ? node->account : nullptr;
}

Graph::Graph(const SimulatorSettings& settings, World& world, Faults& faults, Quota& quota, TieredQuota& tiered,
             Stats& stats, Clock& clock)
    : settings_(settings),
      world_(world),
      faults_(faults),
      quota_(quota),
      tiered_(tiered),
      stats_(stats),
      clock_(clock),
      begun_(clock.now()),
      reports_(mix(settings.seed, static_cast<std::uint64_t>(micros_since_epoch(clock.now())))) {}

asio::awaitable<HttpResponse> Graph::answer(HttpRequest request) {
  const auto arrived = clock_.now();
  auto graph = read_request(request);
  if (settings_.latency_ms > 0) co_await clock_.sleep_until(arrived + latency());
  Outcome outcome;
  if (graph.path.empty() && graph.method == "POST" && graph.find("batch")) {
    outcome = serve_batch(graph, arrived);
  } else if (graph.path.empty() && graph.find("ids")) {
    outcome = serve_ids(graph, arrived);
  } else {
    outcome = serve(std::move(graph), arrived, false);
  }
  if (outcome.delay > Duration::zero()) co_await clock_.sleep_until(clock_.now() + outcome.delay);
  co_return std::move(outcome.response);
}

Duration Graph::latency() const {
  const auto bits = mix(mix(settings_.seed, "latency"), static_cast<std::uint64_t>(stats_.calls));
  return Duration(std::chrono::milliseconds(settings_.latency_ms)) * between(bits, 50, 150) / 100;
}

Day Graph::today(const Account& account) const {
  return day_in_zone(clock_.now(), account.zone);
}

std::optional<Object> Graph::find_object(const std::string& id) const {
  if (auto object = world_.find(id)) return object;
  // Accounts answer to their bare number too, unless it looks like an object's or a report run's.
  const bool taken = (id.size() == 19 && id.starts_with("120")) || (id.size() == 16 && id.starts_with('6'));
  auto* account = taken || id.starts_with("act_") ? nullptr : world_.account(id);
  return account ? std::optional<Object>(Object{ObjectKind::account, account}) : std::nullopt;
}

Graph::Call Graph::recognise(GraphRequest request, Instant arrived) {
  Call call{std::move(request), "unknown"};
  call.arrived = arrived;
  const auto& path = call.request.path;
  if (path.empty() || path.size() > 2) return call;
  const auto edge = path.size() == 2 ? path[1] : std::string();
  const bool get = call.request.method == "GET";
  if (path[0] == "me" && edge.empty()) call.kind = "me";
  if (path[0] == "me" && edge == "adaccounts") call.kind = "accounts";
  if (path[0] == "debug_token" && edge.empty()) call.kind = "debug_token";
  if (call.kind != "unknown") return call;
  call.report = reports_.find(path[0], clock_.now());
  if (call.report) {
    call.kind = edge.empty() ? "poll" : edge == "insights" ? "page" : "unknown";
    return call;
  }
  call.node = find_object(path[0]);
  if (!call.node) return call;
  if (edge.empty()) call.kind = call.node->kind == ObjectKind::account ? "account" : "object";
  if (edge == "insights" && get) call.kind = "insights";
  if (edge == "insights" && call.request.method == "POST") call.kind = "report";
  if (get && (edge == "ads" || edge == "campaigns" || edge == "adsets")) call.kind = edge;
  return call;
}

Graph::Outcome Graph::serve(GraphRequest request, Instant arrived, bool in_batch) {
  auto call = recognise(std::move(request), arrived);
  call.in_batch = in_batch;
  ++stats_.calls;
  ++stats_.by_kind[call.kind];
  const auto* account = call.account();
  FaultTarget target{call.kind, account ? std::string_view(account->id) : std::string_view()};
  target.limit = lists_rows(call.kind) ? page_limit(call.request) : 0;
  target.makes_report = call.kind == "report";
  target.asks_insights = call.kind == "insights";
  target.in_batch = in_batch;
  const auto fault = faults_.meet(target);

  Outcome outcome;
  if (fault && fault->kind == FaultKind::no_answer) outcome.no_answer = true;
  if (fault && fault->kind == FaultKind::slow) outcome.delay = std::chrono::milliseconds(fault->ms);
  if (fault && fault->kind == FaultKind::throttle)
    quota_.close(account->id, clock_.now() + std::chrono::seconds(fault->seconds));
  Counted quota;
  if (const auto refusal = refuse(call, fault)) {
    outcome.response = finish(call, std::unexpected(*refusal), quota);
    return outcome;
  }
  if (account) quota = count(call, arrived);
  if (quota.refusal) {
    outcome.response = finish(call, std::unexpected(*quota.refusal), quota);
  } else if (fault && fault->kind == FaultKind::html) {
    outcome.response = html_of(fault->status == 0 ? 503 : fault->status);
  } else if (fault && fault->kind == FaultKind::garbage) {
    outcome.response = garbage_of(*fault);
  } else {
    outcome.response = finish(call, write(call, fault), quota);
  }
  if (fault && fault->kind == FaultKind::cut) outcome.response.cut_after = outcome.response.body.size() / 2;
  return outcome;
}

Graph::Counted Graph::count(const Call& call, Instant arrived) {
  Counted counted;
  const auto& account = call.account()->id;
  // A closure by the fault "throttle" holds with and without a tier.
  counted.simple = quota_.count(account, arrived, clock_.now());
  bool during_cool_down = counted.simple.during_cool_down;
  if (counted.simple.refused) counted.refusal = request_limit_reached();
  if (!counted.refusal && !settings_.tier.empty()) {
    counted.tiered =
        tiered_.count(account, asks_insights(call.kind), call.kind == "report" ? 3 : 1, arrived, clock_.now());
    counted.refusal = refusal_of(counted.tiered.refused_by);
    during_cool_down = counted.tiered.during_cool_down;
  }
  if (counted.refusal) ++stats_.refused;
  if (counted.refusal && during_cool_down) ++stats_.during_cool_down;
  return counted;
}

// What is refused before anything is looked at: the token and the version.
std::optional<GraphError> Graph::refuse(const Call& call, const std::optional<Fault>& fault) const {
  if (auto bad = check_token(call.request.token)) return bad;
  // Of a batch it stands on the outer call, whose parameters its items don't have.
  if (!call.in_batch) {
    if (auto bad = check_proof(call.request)) return bad;
  }
  if (fault && fault->kind == FaultKind::expired_token) return check_token("expired");
  if (!call.request.version && call.account()) {
    auto error = invalid_parameter("");
    error.code = 2635;
    error.message =
        "(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version: v26.0.";
    return error;
  }
  if (call.request.token.starts_with("forbidden") && call.account()) {
    auto error = invalid_parameter("");
    error.status = 403;
    error.code = 200;
    error.message = "(#200) Ad account owner has NOT grant ads_management or ads_read permission";
    return error;
  }
  return std::nullopt;
}

std::optional<GraphError> Graph::check_token(const std::string& token) const {
  if (token.empty()) {
    auto error = invalid_parameter("");
    error.code = 104;
    error.message = "An access token is required to request this resource.";
    return error;
  }
  if (token.starts_with("expired")) {
    return bad_token(463,
                     "Error validating access token: Session has expired on Monday, 02-Mar-26 04:00:00 PST. The "
                     "current time is later.");
  }
  if (token.starts_with("revoked")) {
    return bad_token(467, "Error validating access token: The session is invalid because the user logged out.");
  }
  if (!settings_.token.empty() && token != settings_.token) {
    return bad_token(std::nullopt, "Invalid OAuth access token - Cannot parse access token");
  }
  return std::nullopt;
}

// docs/graph-api/guides/secure-requests: an app may require it; what is sent is checked in any case that it can be.
std::optional<GraphError> Graph::check_proof(const GraphRequest& request) const {
  if (settings_.app_secret.empty()) return std::nullopt;
  const auto* proof = request.find("appsecret_proof");
  GraphError error = invalid_parameter("");
  error.type = "GraphMethodException";
  if (!proof) {
    error.message = "API calls from the server require an appsecret_proof argument";
    return error;
  }
  if (*proof == hmac_sha256_hex(settings_.app_secret, request.token)) return std::nullopt;
  error.message = "Invalid appsecret_proof provided in the API argument";
  return error;
}

Graph::Body Graph::write(const Call& call, const std::optional<Fault>& fault) {
  if (fault && fault->kind == FaultKind::error) return std::unexpected(asked_for(*fault));
  if (fault && fault->kind == FaultKind::transient) {
    return std::unexpected(service_unavailable(fault->status == 0 ? 500 : fault->status));
  }
  if (fault && fault->kind == FaultKind::reduce) return std::unexpected(reduce_the_data());
  if (fault && fault->kind == FaultKind::too_large && call.kind == "insights") return std::unexpected(too_much_data());
  if (call.kind == "insights") return write_insights(call);
  if (call.kind == "report") return start_report(call, fault);
  if (call.kind == "page") return write_report_page(call);
  if (call.kind == "me") return write_me(call);
  if (call.kind == "accounts") return write_accounts(call);
  if (call.kind == "debug_token") return write_token(call);
  return write_node(call);
}

Graph::Body Graph::write_insights(const Call& call) {
  const auto& account = *call.node->account;
  const auto query = read_insights_query(call.request, *call.node, today(account), false);
  if (!query) return std::unexpected(query.error());
  const Day yesterday = today(account).plus(-1);
  const bool too_large =
      settings_.row_budget > 0 && count_rows(account, *query, yesterday, settings_.row_budget) > settings_.row_budget;
  if (too_large) return std::unexpected(reduce_the_data());
  auto page = write_insights_page(call.request, account, *query, yesterday);
  if (!page) return std::unexpected(page.error());
  stats_.rows += page->rows;
  return std::move(page->body);
}

Graph::Body Graph::start_report(const Call& call, const std::optional<Fault>& fault) {
  const auto& account = *call.node->account;
  auto query = read_insights_query(call.request, *call.node, today(account), true);
  if (!query) return std::unexpected(query.error());
  const Day yesterday = today(account).plus(-1);
  const auto budget = settings_.row_budget;
  const bool too_large = (fault && fault->kind == FaultKind::too_large) ||
                         (budget > 0 && count_rows(account, *query, yesterday, budget) > budget);
  // Meta says so at once or in the run; here the number of days decides.
  if (too_large && query->whole.length() % 2 == 0) return std::unexpected(too_much_data());
  auto& report = reports_.start(std::move(*query), clock_.now(), settings_.report_ms);
  if (too_large) report.failure = too_much_data();
  if (fault && fault->kind == FaultKind::report_failed) {
    auto reason = service_unavailable(500);
    reason.subcode = 1504043;
    reason.user_title = "Report failed";
    reason.user_message = "The report could not be made. Try again later.";
    if (fault->code != 0) reason = asked_for(*fault);
    report.failure = std::move(reason);
  }
  if (fault && fault->kind == FaultKind::stuck)
    report.stuck_until = clock_.now() + std::chrono::seconds(fault->seconds);
  return "{\"report_run_id\":\"" + report.id + "\"}";
}

Graph::Body Graph::write_report_page(const Call& call) {
  // A run that is read too early gives nothing, and no error.
  if (!is_complete(*call.report, clock_.now())) return "{\"data\":[]}";
  const auto& account = *call.report->query.node.account;
  auto page = write_insights_page(call.request, account, call.report->query, today(account).plus(-1));
  if (!page) return std::unexpected(page.error());
  stats_.rows += page->rows;
  return std::move(page->body);
}

}  // namespace adfill::meta
