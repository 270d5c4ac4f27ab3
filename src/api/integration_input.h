// Reading the bodies of the integration routes: everything about their form is checked here; what only the account's
// day or the platform can tell is collect's business.
#pragma once

#include "api/problem.h"
#include "api/query_input.h"
#include "collect/initial_collection.h"

#include <expected>
#include <optional>
#include <string_view>

namespace adfill {

// Either `request.credentials` are there, or the integration whose stored ones are to be used.
struct NewIntegrationInput {
  IntegrationRequest request{};
  std::optional<std::string> credentials_of{};
};
[[nodiscard]] std::expected<NewIntegrationInput, Problem> read_new_integration(std::string_view body);

struct OfferName {
  Source source = Source::meta;
  std::string account_id;
};
[[nodiscard]] std::expected<OfferName, Problem> read_offer_name(std::string_view body);
[[nodiscard]] std::expected<RangeRequest, Problem> read_range_request(std::string_view body);

struct AccountsRequest {
  Source source = Source::meta;
  Credentials credentials{};
};
[[nodiscard]] std::expected<AccountsRequest, Problem> read_accounts_request(std::string_view body);

// Which of the integrations the query asks for, and where the page begins; faults stay in the reader.
[[nodiscard]] IntegrationFilter read_integration_filter(QueryReader& query);

struct IntegrationChange {
  std::optional<bool> paused{};
  std::optional<Credentials> credentials{};
  std::optional<bool> keep_thumbnails{};
  std::optional<std::vector<std::string>> attribution{};  // empty: the source's own choice
};
// At least one of them is there.
[[nodiscard]] std::expected<IntegrationChange, Problem> read_integration_change(std::string_view body);

}  // namespace adfill
