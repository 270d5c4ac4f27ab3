// The calls of one ad account: authorised, counted for its scopes, judged. The token goes into a header, not into a
// URL, which others log (Authorization: Bearer is taken by Meta: MeltanoLabs/tap-facebook's client); only to a server
// in Meta's place that refuses the first one so, it goes as a parameter.
#pragma once

#include "net/http_message.h"
#include "platform/connector.h"
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_connector.h"
#include "platform/meta/meta_report_times.h"
#include "platform/meta/meta_usage.h"
#include "platform/platform_call.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

class MetaCalls {
 public:
  // `context` and `settings` outlive it. `account_id`: act_ and digits. `alive` is called while its calls are at work
  // or wait.
  MetaCalls(const PlatformContext& context, const MetaSettings& settings, std::string account_id,
            const Credentials& credentials, MetaScopes scopes, std::function<void()> alive = {});

  // GET {base}/{version}/{path}. The good answer's body is JSON by its looks.
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> get(std::string path, Query parameters) const;
  // The same for a page of a list: a time-out asks for a smaller one. `goes_on`: pages before it have been read, and
  // are lost to a quota that is not waited for.
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> get_page(std::string path, Query parameters,
                                                                    bool goes_on) const;
  // POST with the parameters as a form.
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> post(std::string path, Query parameters) const;

  // Reads of several objects in one call (meta_batch.h), which costs what they would cost one by one.
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> post_batch(std::string batch, std::size_t reads) const;
  // Takes what one of them was answered: headers, and a refusal as if it had been called by itself.
  [[nodiscard]] std::optional<Failure> judge_part(const HttpAnswer& part) const;

  [[nodiscard]] const std::string& account_id() const { return account_id_; }
  [[nodiscard]] const std::string& token() const { return token_; }
  [[nodiscard]] const MetaScopes& scopes() const { return scopes_; }
  [[nodiscard]] const PlatformContext& context() const { return context_; }
  // Reports are waited for as `times` tells, which outlives it, and what they take is learned.
  void know_report_times(MetaReportTimes& times) { report_times_ = &times; }
  void learn_report_time(const std::string& kind, Duration took) const {
    if (report_times_ != nullptr) report_times_->learn(kind, took);
  }
  [[nodiscard]] MetaPollPace poll_pace(const std::string& kind) const {
    return report_times_ != nullptr ? report_times_->pace(kind, context_.poll_base)
                                    : MetaReportTimes().pace(kind, context_.poll_base);
  }
  // Tells of an error that adfill does not know, once for each code.
  [[nodiscard]] OnUnknownError on_unknown() const;

 private:
  [[nodiscard]] PlatformCall prepare(std::string_view method, const std::string& path, Query parameters) const;
  void place_token(HttpCall& call) const;
  // Sends it; once more with the token as a parameter where that may be what is missing.
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> send(PlatformCall call) const;

  const PlatformContext& context_;
  const MetaSettings& settings_;
  std::string account_id_;
  std::string token_;
  std::string proof_;  // appsecret_proof; empty without an app secret
  MetaScopes scopes_;
  MetaReportTimes* report_times_ = nullptr;
  std::function<void()> alive_;
};

}  // namespace adfill
