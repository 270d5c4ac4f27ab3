// Meta's Graph API as far as advertising figures need it: who may call, what is asked, and the answer with its headers.
// Routes are in graph.cpp, what an answer says in the files beside it.
#pragma once

#include "net/clock.h"
#include "net/http_server.h"
#include "simulator/faults.h"
#include "simulator/meta/graph_error.h"
#include "simulator/meta/graph_request.h"
#include "simulator/meta/reports.h"
#include "simulator/quota.h"
#include "simulator/simulator.h"
#include "simulator/stats.h"
#include "simulator/tiered_quota.h"
#include "simulator/world.h"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <optional>
#include <string>

namespace adfill::meta {

class Graph {
 public:
  // All of them outlive it.
  Graph(const SimulatorSettings& settings, World& world, Faults& faults, Quota& quota, TieredQuota& tiered,
        Stats& stats, Clock& clock);

  // Answers after the settings' latency and the faults' delays.
  boost::asio::awaitable<HttpResponse> answer(HttpRequest request);

 private:
  using Body = std::expected<std::string, GraphError>;

  // A call with what it is about.
  struct Call {
    GraphRequest request;
    std::string kind;  // "insights", "report", "poll", "page", "ads" …: names in stats and faults
    std::optional<Object> node{};
    Report* report = nullptr;
    Instant arrived{};
    bool in_batch = false;

    [[nodiscard]] Account* account() const;
  };
  struct Outcome {
    HttpResponse response;
    Duration delay{};
    bool no_answer = false;  // a batch says null
  };

  [[nodiscard]] Call recognise(GraphRequest request, Instant arrived);
  [[nodiscard]] std::optional<Object> find_object(const std::string& id) const;
  // One call: counted, and met by at most one fault.
  Outcome serve(GraphRequest request, Instant arrived, bool in_batch);
  std::optional<GraphError> refuse(const Call& call, const std::optional<Fault>& fault) const;
  Body write(const Call& call, const std::optional<Fault>& fault);
  Body write_insights(const Call& call);
  Body start_report(const Call& call, const std::optional<Fault>& fault);
  Body write_report_page(const Call& call);
  Body write_node(const Call& call);
  Body write_me(const Call& call);
  Body write_accounts(const Call& call);
  Body write_token(const Call& call) const;
  Outcome serve_batch(const GraphRequest& request, Instant arrived);
  Outcome serve_ids(const GraphRequest& request, Instant arrived);
  // What the quotas say of a call: `simple`, or with a tier `tiered`.
  struct Counted {
    Quota::Verdict simple{};
    TieredQuota::Verdict tiered{};
    std::optional<GraphError> refusal{};
  };
  Counted count(const Call& call, Instant arrived);
  HttpResponse finish(const Call& call, const Body& body, const Counted& quota);
  void add_headers(HttpResponse& response, const Call& call, const Counted& quota) const;
  void add_tier_headers(HttpResponse& response, const Call& call, const TieredQuota::Verdict& quota) const;
  [[nodiscard]] std::optional<GraphError> check_token(const std::string& token) const;
  [[nodiscard]] std::optional<GraphError> check_proof(const GraphRequest& request) const;
  [[nodiscard]] Day today(const Account& account) const;
  [[nodiscard]] Duration latency() const;

  const SimulatorSettings& settings_;
  World& world_;
  Faults& faults_;
  Quota& quota_;
  TieredQuota& tiered_;
  Stats& stats_;
  Clock& clock_;
  Instant begun_;
  Reports reports_;
};

}  // namespace adfill::meta
