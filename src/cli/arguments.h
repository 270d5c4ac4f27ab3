// Reading what commands are given: ids, days, types, secrets. A wrong one is a UsageError that names it.
#pragma once

#include "collect/initial_collection.h"
#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "settings.h"

#include <optional>
#include <string>
#include <vector>

namespace adfill {

template <class SomeId>
[[nodiscard]] SomeId id_argument(const std::string& text, const std::string& named) {
  const auto id = SomeId::parse(text);
  if (!id) throw UsageError(named + " must be an id such as 3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11.");
  return *id;
}

[[nodiscard]] Day day_argument(const std::string& text, const std::string& named);
[[nodiscard]] CollectionType type_argument(const std::string& text, const std::string& named);
// "ads,demographics", also repeated.
[[nodiscard]] std::vector<CollectionType> types_argument(const std::vector<std::string>& texts);

// Where an ad account's access token comes from: the flag, a file ("-" is standard input), ADFILL_ACCESS_TOKEN, or,
// when none is given and standard input is not a terminal, standard input. nullopt when there is none.
struct SecretSource {
  std::string flag{};
  std::string file{};
};
[[nodiscard]] std::optional<std::string> read_access_token(const SecretSource& source, const Settings& settings,
                                                           bool ask_input);

// Throws CommandError when there is no such ad account.
void require_integration(Store& store, IntegrationId integration);

// What collect did not take, as one line for standard error.
[[nodiscard]] std::string words_of(const Refusal& refusal);

}  // namespace adfill
