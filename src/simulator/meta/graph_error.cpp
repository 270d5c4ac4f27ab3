#include "simulator/meta/graph_error.h"

#include "simulator/json_text.h"

namespace adfill::meta {
namespace {

GraphError error_of(int status, int code, std::string message) {
  GraphError error;
  error.status = status;
  error.code = code;
  error.message = std::move(message);
  return error;
}

std::string trace_id(std::uint64_t trace) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  std::string id = "A";
  for (int count = 0; count < 10; ++count, trace >>= 6U) id += letters[trace & 63U];
  return id;
}

}  // namespace

GraphError invalid_parameter(std::string words) {
  return error_of(400, 100, "(#100) " + std::move(words));
}

GraphError unknown_object(const std::string& id) {
  auto error = error_of(400, 100,
                        "Unsupported get request. Object with ID '" + id +
                            "' does not exist, cannot be loaded due to missing permissions, or does not support this "
                            "operation. Please read the Graph API documentation at "
                            "https://developers.facebook.com/docs/graph-api");
  error.type = "GraphMethodException";
  error.subcode = 33;
  return error;
}

GraphError unknown_field(const std::string& field, const std::string& node) {
  return invalid_parameter("Tried accessing nonexisting field (" + field + ") on node type (" + node + ")");
}

GraphError bad_token(std::optional<int> subcode, std::string words) {
  auto error = error_of(400, 190, std::move(words));
  error.subcode = subcode;
  return error;
}

GraphError request_limit_reached() {
  auto error = error_of(400, 17, "(#17) User request limit reached");
  error.subcode = 2446079;
  error.is_transient = true;
  error.user_title = "Ad account has too many API calls";
  error.user_message = "There have been too many calls from this ad account. Wait a bit and try again.";
  return error;
}

GraphError too_many_calls(int code, const std::string& which) {
  auto error = error_of(400, code,
                        "(#" + std::to_string(code) + ") There have been too many " + which +
                            ". Wait a bit and try again. For more info, please refer to "
                            "https://developers.facebook.com/docs/graph-api/overview/rate-limiting.");
  error.subcode = 2446079;
  return error;
}

GraphError app_limit_reached() {
  return error_of(403, 4, "(#4) Application request limit reached");
}

GraphError too_much_data() {
  auto error = error_of(400, 100, "Invalid parameter");
  error.subcode = 1487534;
  error.is_transient = false;
  error.user_title = "Too much data";
  error.user_message =
      "The query asks for more data than a report can have. Use a shorter time range or fewer breakdowns.";
  error.blamed = "time_range";
  return error;
}

GraphError incomplete_creative() {
  auto error = error_of(400, 100, "Invalid parameter");
  error.subcode = 2446289;
  error.is_transient = false;
  error.user_title = "Ad Creative Is Incomplete";
  error.user_message = "The post you selected for your ad is not available. Check that it was not deleted.";
  return error;
}

GraphError reduce_the_data() {
  return error_of(500, 1, "Please reduce the amount of data you're asking for, then retry your request");
}

GraphError service_unavailable(int status) {
  auto error = error_of(status, 2, "(#2) Service temporarily unavailable");
  error.is_transient = true;
  return error;
}

GraphError asked_for(const Fault& fault) {
  auto error =
      error_of(fault.status == 0 ? 400 : fault.status, fault.code,
               fault.message.empty() ? "(#" + std::to_string(fault.code) + ") Words of the platform" : fault.message);
  if (fault.subcode != 0) error.subcode = fault.subcode;
  if (fault.is_transient) error.is_transient = true;
  if (!fault.user_message.empty()) {
    error.user_title = "Words for the user";
    error.user_message = fault.user_message;
  }
  return error;
}

HttpResponse answer_of(const GraphError& error, std::uint64_t trace) {
  std::string body = "{\"error\":{";
  append_member(body, "message", error.message);
  append_member(body, "type", error.type);
  append_member(body, "code", error.code);
  if (error.subcode) append_member(body, "error_subcode", *error.subcode);
  if (error.is_transient) {
    append_key(body, "is_transient");
    body.append(*error.is_transient ? "true" : "false");
  }
  if (!error.user_title.empty()) {
    append_member(body, "error_user_title", error.user_title);
    append_member(body, "error_user_msg", error.user_message);
  }
  if (!error.blamed.empty()) {
    append_key(body, "error_data");
    body.append("{\"blame_field_specs\":[[\"" + error.blamed + "\"]]}");
  }
  append_member(body, "fbtrace_id", trace_id(trace));
  body.append("}}");

  HttpResponse response;
  response.status = error.status;
  const auto* kind = error.code == 190 ? "invalid_token" : "invalid_request";
  response.headers.emplace_back("www-authenticate",
                                std::string("OAuth \"Facebook Platform\" \"") + kind + "\" " + json_of(error.message));
  response.body = std::move(body);
  return response;
}

}  // namespace adfill::meta
