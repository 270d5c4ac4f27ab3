// What the API answers when it does not do what was asked: RFC 9457 problem details, one shape for every route.
#pragma once

#include "collect/initial_collection.h"
#include "core/day.h"
#include "core/id.h"
#include "net/http_server.h"

#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct FieldError {
  std::string field;    // dotted, as in the request: "initial.since"; a query parameter's name
  std::string message;  // what is wrong and what is allowed
  std::string code{};   // for programs and other languages: "too_old"; empty where none was needed yet
};

struct Problem {
  Problem(int http_status, std::string stable_code, std::string words)
      : status(http_status), code(std::move(stable_code)), detail(std::move(words)) {}

  int status;
  std::string code;    // for programs: "not_found"; never changes its meaning
  std::string detail;  // for people: what is wrong and what to do
  std::vector<FieldError> errors{};
  std::string platform_code{};    // "190/463": of the platform whose words these are
  std::optional<Day> earliest{};  // the first day the platform still has
  std::optional<IntegrationId> integration{};
  std::optional<int> retry_after{};  // seconds
};

// The one answer for what is not there and for what may not be seen.
[[nodiscard]] Problem not_found(std::string detail = "There is nothing here, or it is not yours to see.");
[[nodiscard]] Problem unauthorized(std::string detail);
[[nodiscard]] Problem forbidden(std::string detail);
// Requires: errors is not empty.
[[nodiscard]] Problem invalid_fields(std::vector<FieldError> errors);
[[nodiscard]] Problem invalid_field(std::string field, std::string message, std::string code = {});
// The database can't be reached or refuses.
[[nodiscard]] Problem store_unavailable();
// What collect did not take.
[[nodiscard]] Problem refused_by_collect(const Refusal& refusal);

// Content type application/problem+json; Retry-After and WWW-Authenticate where they belong.
[[nodiscard]] HttpResponse to_response(const Problem& problem);

}  // namespace adfill
