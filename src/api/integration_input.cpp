#include "api/integration_input.h"

#include "api/json_input.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_advertiser = 200;
constexpr std::size_t longest_account_id = 100;
constexpr std::size_t longest_credential = 4096;
constexpr std::size_t most_credentials = 16;
constexpr std::size_t longest_word = 40;

bool is_credential_name(std::string_view name) {
  if (name.empty() || name.size() > longest_word) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// What is wrong is told by the field's name; a value never comes back in an error.
std::optional<Credentials> read_credentials(FieldReader& fields, Presence presence, std::vector<FieldError>& errors) {
  const auto* object = fields.object("credentials", presence);
  if (object == nullptr) return std::nullopt;
  if (object->empty()) {
    fields.refuse("credentials", "must name at least one, such as access_token");
    return std::nullopt;
  }
  if (object->size() > most_credentials) {
    fields.refuse("credentials", "must have at most " + std::to_string(most_credentials) + " fields");
    return std::nullopt;
  }
  Credentials credentials;
  FieldReader secrets(*object, "credentials.", errors);
  for (const auto& field : *object) {
    const std::string name(field.key().data(), field.key().size());
    if (!is_credential_name(name)) {
      fields.refuse("credentials", "has a field whose name is not of the form access_token");
      return std::nullopt;
    }
    auto value = secrets.text(name, Presence::required, longest_credential);
    if (value) credentials.fields.emplace(name, std::move(*value));
  }
  return credentials;
}

std::vector<CollectionType> read_types(FieldReader& fields) {
  std::vector<CollectionType> types;
  const auto words = fields.texts("types", Presence::optional, longest_word);
  if (!words) return types;
  if (words->empty())
    fields.refuse("types", "must name at least one, or be left out for all that the source has", "missing");
  for (const auto& word : *words) {
    const auto type = parse<CollectionType>(word);
    if (!type) {
      fields.refuse("types", "must be among ads, demographics, creatives");
      break;
    }
    if (std::find(types.begin(), types.end(), *type) == types.end()) types.push_back(*type);
  }
  return types;
}

// null: the source's own choice. Which windows there are is the connector's to say.
std::optional<std::vector<std::string>> read_attribution(FieldReader& fields) {
  if (fields.null("attribution")) return std::vector<std::string>();
  auto windows = fields.texts("attribution", Presence::optional, longest_word);
  if (windows && windows->empty()) fields.refuse("attribution", "must name at least one window, or be null", "missing");
  return windows;
}

std::optional<RangeRequest> read_range(const json::object& object, const std::string& prefix,
                                       std::vector<FieldError>& errors) {
  FieldReader fields(object, prefix, errors);
  const auto before = errors.size();
  const auto since = fields.day("since", Presence::required);
  const auto until = fields.day("until", Presence::required);
  RangeRequest range;
  range.types = read_types(fields);
  range.newest_first = fields.boolean("newest_first", Presence::optional).value_or(false);
  fields.refuse_others();
  if (since && until && *until < *since) fields.refuse("since", "must not be after until", "wrong_order");
  if (errors.size() != before) return std::nullopt;
  range.since = *since;
  range.until = *until;
  return range;
}

}  // namespace

IntegrationFilter read_integration_filter(QueryReader& query) {
  IntegrationFilter filter;
  filter.status = query.word<IntegrationStatus>("status", "pending, collecting, success, error, needs_auth, paused");
  filter.search = query.search();
  if (const auto after = query.cursor(ListOf::integrations)) filter.after = IntegrationId{*after};
  return filter;
}

std::expected<NewIntegrationInput, Problem> read_new_integration(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  auto advertiser = fields.text("advertiser", Presence::required, longest_advertiser);
  const auto source_word = fields.text("source", Presence::required, longest_word);
  const auto source = source_word ? parse<Source>(*source_word) : std::nullopt;
  if (source_word && !source) fields.refuse("source", "must be one of meta, google_ads, naver");
  auto account_id = fields.text("account_id", Presence::required, longest_account_id);
  auto credentials_of = fields.id("credentials_of", Presence::optional);
  auto credentials = read_credentials(fields, credentials_of ? Presence::optional : Presence::required, errors);
  if (credentials && credentials_of) fields.refuse("credentials_of", "must not stand beside credentials");
  auto attribution = read_attribution(fields);
  const auto keep_thumbnails = fields.boolean("keep_thumbnails", Presence::optional);
  const auto* initial = fields.object("initial", Presence::optional);
  auto range = initial != nullptr ? read_range(*initial, "initial.", errors) : std::nullopt;
  fields.refuse_others();
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));

  IntegrationRequest request;
  request.advertiser = std::move(*advertiser);
  request.source = *source;
  request.account_id = std::move(*account_id);
  if (credentials) request.credentials = std::move(*credentials);
  request.attribution = std::move(attribution).value_or(std::vector<std::string>());
  request.keep_thumbnails = keep_thumbnails.value_or(false);
  request.initial = std::move(range);
  return NewIntegrationInput{.request = std::move(request), .credentials_of = std::move(credentials_of)};
}

std::expected<OfferName, Problem> read_offer_name(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  const auto source_word = fields.text("source", Presence::required, longest_word);
  const auto source = source_word ? parse<Source>(*source_word) : std::nullopt;
  if (source_word && !source) fields.refuse("source", "must be one of meta, google_ads, naver");
  auto account_id = fields.text("account_id", Presence::required, longest_account_id);
  fields.refuse_others();
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return OfferName{.source = *source, .account_id = std::move(*account_id)};
}

std::expected<AccountsRequest, Problem> read_accounts_request(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  const auto source_word = fields.text("source", Presence::required, longest_word);
  const auto source = source_word ? parse<Source>(*source_word) : std::nullopt;
  if (source_word && !source) fields.refuse("source", "must be one of meta, google_ads, naver");
  auto credentials = read_credentials(fields, Presence::required, errors);
  fields.refuse_others();
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  AccountsRequest request;
  request.source = *source;
  request.credentials = std::move(*credentials);
  return request;
}

std::expected<RangeRequest, Problem> read_range_request(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  auto range = read_range(*object, "", errors);
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return std::move(*range);
}

std::expected<IntegrationChange, Problem> read_integration_change(std::string_view body) {
  auto object = parse_body(body);
  if (!object) return std::unexpected(std::move(object.error()));
  std::vector<FieldError> errors;
  FieldReader fields(*object, "", errors);
  IntegrationChange change;
  change.paused = fields.boolean("paused", Presence::optional);
  change.credentials = read_credentials(fields, Presence::optional, errors);
  change.attribution = read_attribution(fields);
  change.keep_thumbnails = fields.boolean("keep_thumbnails", Presence::optional);
  if (fields.null("credentials")) fields.refuse("credentials", "must be an object, not null");
  fields.refuse_others();
  if (errors.empty() && !change.paused && !change.credentials && !change.attribution && !change.keep_thumbnails) {
    errors.push_back({"", "Name what is to change: paused, credentials, attribution or keep_thumbnails"});
  }
  if (!errors.empty()) return std::unexpected(invalid_fields(std::move(errors)));
  return change;
}

}  // namespace adfill
