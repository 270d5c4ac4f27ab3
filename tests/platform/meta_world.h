// A Meta connector on a scripted platform, and the answers that Meta gives on a good day.
#pragma once

#include "fake_platform.h"
#include "platform/meta/meta_connector.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace adfill::test {

inline const std::string token = "EAAtokenOfTheTests123";

inline DayRange august(unsigned since, unsigned until) {
  return {Day(2026, 8, since), Day(2026, 8, until)};
}

inline std::string page_of(const std::string& rows, const std::string& after = "") {
  const auto next = R"(,"next":"https://graph.facebook.com/v26.0/1/insights?access_token=)" + token +
                    "&limit=500&after=" + after + "\"";
  return R"({"data":[)" + rows + R"(],"paging":{"cursors":{"before":"B","after":")" + (after.empty() ? "END" : after) +
         "\"}" + (after.empty() ? "" : next) + "}}";
}

inline std::string ad_row(const std::string& ad = "301", const std::string& day = "2026-08-01",
                          const std::string& more = "") {
  return R"({"account_id":"77","campaign_id":"101","campaign_name":"Spring","adset_id":"201","adset_name":"KR 25-34","ad_id":")" +
         ad +
         R"(","ad_name":"Video A","impressions":"1000","clicks":"10","spend":"5339.5","reach":"900","account_currency":"KRW")" +
         more + R"(,"date_start":")" + day + R"(","date_stop":")" + day + "\"}";
}

inline std::string refusal(int code, int subcode = 0, const std::string& message = "Some words") {
  return R"({"error":{"message":")" + message + R"(","type":"OAuthException","code":)" + std::to_string(code) +
         (subcode != 0 ? R"(,"error_subcode":)" + std::to_string(subcode) : "") + R"(,"fbtrace_id":"AbCdEf123"}})";
}

inline std::string status_of(const std::string& state, int percent, const std::string& more = "") {
  return R"({"id":"555","account_id":"77","async_status":")" + state + R"(","async_percent_completion":)" +
         std::to_string(percent) + more + "}";
}

struct MetaWorld : FakePlatform {
  std::unique_ptr<Connector> connector = make_meta_connector(context, MetaSettings());
  Credentials credentials{{{"access_token", token}}};

  MetaWorld& then(Answer next) {
    http.script.push_back(std::move(next));
    return *this;
  }
  MetaWorld& then(std::string body) { return then(answer(200, std::move(body))); }
  MetaWorld& then_report(const std::string& id = "555") {
    then(R"({"report_run_id":")" + id + "\"}");
    return then(status_of("Job Completed", 100));
  }
  MetaWorld& then_no_totals() { return then(R"({"data":[]})"); }

  SliceRequest request(CollectionType type = CollectionType::ads, DayRange range = august(1, 3)) const {
    return {.account_id = "act_77",
            .time_zone = "Asia/Seoul",
            .currency = "KRW",
            .scopes = {"meta:account:act_77", "meta:app:9"},
            .credentials = credentials,
            .type = type,
            .range = range};
  }
  Result<void> collect(SliceRequest asked) { return run(connector->collect(std::move(asked), sink)); }
  Result<void> collect(CollectionType type = CollectionType::ads) { return collect(request(type)); }

  // What the n-th call had for that parameter, in its URL or its form.
  std::string parameter(std::size_t call, const std::string& name) const {
    const auto& sent = http.calls.at(call);
    const auto question = sent.url.find('?');
    const auto text = sent.method == "POST"           ? sent.body
                      : question == std::string::npos ? ""
                                                      : sent.url.substr(question + 1);
    for (const auto& [key, value] : parse_query(text)) {
      if (key == name) return value;
    }
    return "";
  }
  std::vector<std::string> parameters(const std::string& name) const {
    std::vector<std::string> values;
    for (std::size_t call = 0; call < http.calls.size(); ++call) values.push_back(parameter(call, name));
    return values;
  }
};

}  // namespace adfill::test
