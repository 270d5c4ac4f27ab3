#include "api/problem.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string_view>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 408:
      return "Request timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Body too large";
    case 415:
      return "Unsupported media type";
    case 422:
      return "Unprocessable content";
    case 429:
      return "Too many requests";
    case 431:
      return "Header too large";
    case 500:
      return "Internal error";
    case 503:
      return "Service unavailable";
    default:
      return "Request not served";
  }
}

}  // namespace

Problem not_found(std::string detail) {
  return Problem(404, "not_found", std::move(detail));
}

Problem unauthorized(std::string detail) {
  return Problem(401, "unauthorized", std::move(detail));
}

Problem forbidden(std::string detail) {
  return Problem(403, "forbidden", std::move(detail));
}

Problem invalid_fields(std::vector<FieldError> errors) {
  std::string detail;
  for (const auto& error : errors) {
    if (!detail.empty()) detail += "; ";
    detail += error.field.empty() ? error.message : error.field + " " + error.message;
  }
  Problem problem(422, "invalid", detail + ".");
  problem.errors = std::move(errors);
  return problem;
}

Problem invalid_field(std::string field, std::string message, std::string code) {
  std::vector<FieldError> errors;
  errors.push_back({std::move(field), std::move(message), std::move(code)});
  return invalid_fields(std::move(errors));
}

Problem store_unavailable() {
  Problem problem(503, "store_unavailable", "The database can't be reached just now. Try again in a moment.");
  problem.retry_after = 2;
  return problem;
}

Problem refused_by_collect(const Refusal& refusal) {
  switch (refusal.kind) {
    case Refusal::Kind::invalid: {
      Problem problem(422, "invalid", refusal.message);
      problem.errors.push_back({refusal.field, refusal.message, refusal.code});
      problem.earliest = refusal.earliest;
      return problem;
    }
    case Refusal::Kind::platform: {
      Problem problem(422, "refused_by_platform", refusal.message);
      problem.errors.push_back({refusal.field.empty() ? "credentials" : refusal.field, refusal.message});
      problem.platform_code = refusal.platform_code;
      return problem;
    }
    case Refusal::Kind::unreachable: {
      Problem problem(503, "platform_unreachable", refusal.message);
      problem.platform_code = refusal.platform_code;
      problem.retry_after = 30;
      return problem;
    }
    case Refusal::Kind::exists: {
      Problem problem(409, "exists", refusal.message);
      problem.integration = refusal.existing;
      return problem;
    }
    case Refusal::Kind::not_found:
      return not_found();
  }
  return not_found();
}

HttpResponse to_response(const Problem& problem) {
  json::object body;
  body["type"] = "about:blank";
  body["title"] = title_of(problem.status);
  body["status"] = problem.status;
  body["code"] = problem.code;
  body["detail"] = problem.detail;
  if (!problem.errors.empty()) {
    json::array errors;
    for (const auto& error : problem.errors) {
      json::object entry;
      entry["field"] = error.field;
      entry["message"] = error.message;
      if (!error.code.empty()) entry["code"] = error.code;
      errors.push_back(std::move(entry));
    }
    body["errors"] = std::move(errors);
  }
  if (!problem.platform_code.empty()) body["platform_code"] = problem.platform_code;
  if (problem.earliest) body["earliest"] = problem.earliest->to_string();
  if (problem.integration) body["integration_id"] = problem.integration->to_string();

  HttpResponse response;
  response.status = problem.status;
  response.headers.emplace_back("content-type", "application/problem+json");
  response.headers.emplace_back("cache-control", "no-store");
  if (problem.status == 401) response.headers.emplace_back("www-authenticate", "Bearer realm=\"adfill\"");
  if (problem.retry_after) response.headers.emplace_back("retry-after", std::to_string(*problem.retry_after));
  response.body = json::serialize(body);
  return response;
}

}  // namespace adfill
