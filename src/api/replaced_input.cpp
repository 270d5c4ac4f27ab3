#include "api/replaced_input.h"

#include "api/json_input.h"

#include <array>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_word = 40;

// Each field under its snake_case name; both spellings of one field are told.
json::object in_snake_case(const json::object& object, std::vector<FieldError>& errors) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> spellings{{
      {"integrationId", "integration_id"},
      {"startDate", "start_date"},
      {"endDate", "end_date"},
      {"collectionType", "collection_type"},
      {"jobId", "job_id"},
  }};
  json::object renamed = object;
  for (const auto& [camel, snake] : spellings) {
    const auto* value = object.if_contains(camel);
    if (value == nullptr) continue;
    if (object.contains(snake)) {
      errors.push_back({std::string(camel), "is there as " + std::string(snake) + ", too"});
    }
    renamed[snake] = *value;
    renamed.erase(camel);
  }
  return renamed;
}

enum class Types { all, one };

std::expected<ReplacedRequest, Problem> read(std::string_view body, Types types) {
  const auto sent = parse_body(body);
  if (!sent) return std::unexpected(sent.error());
  std::vector<FieldError> errors;
  const auto object = in_snake_case(*sent, errors);
  FieldReader fields(object, "", errors);
  auto integration = fields.id("integration_id", Presence::required);
  const auto since = fields.day("start_date", Presence::required);
  const auto until = fields.day("end_date", Presence::required);
  ReplacedRequest request;
  if (types == Types::one) {
    const auto word = fields.text("collection_type", Presence::required, longest_word);
    const auto type = word ? parse<CollectionType>(*word) : std::nullopt;
    if (word && !type) fields.refuse("collection_type", "must be one of ads, demographics, creatives");
    if (type) request.range.types = {*type};
    request.range.mode = JobMode::manual;
    request.job = fields.id("job_id", Presence::optional);
  }
  fields.refuse_others();
  if (since && until && *until < *since) fields.refuse("start_date", "must not be after end_date", "wrong_order");
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  request.integration = std::move(*integration);
  request.range.since = *since;
  request.range.until = *until;
  return request;
}

}  // namespace

std::expected<ReplacedRequest, Problem> read_replaced_initial(std::string_view body) {
  return read(body, Types::all);
}

std::expected<ReplacedRequest, Problem> read_replaced_chunk(std::string_view body) {
  return read(body, Types::one);
}

}  // namespace adfill
