// Credentials as the store keeps them: a JSON object, sealed under the id of their integration.
#pragma once

#include "core/failure.h"
#include "core/id.h"
#include "net/secrets.h"
#include "platform/connector.h"

#include <optional>
#include <string>

namespace adfill {

[[nodiscard]] std::string as_json(const Credentials& credentials);
[[nodiscard]] std::string seal_credentials(const SecretBox& secrets, const Credentials& credentials,
                                           IntegrationId integration);
// nullopt when they can't be read with this key.
[[nodiscard]] std::optional<Credentials> open_credentials(const SecretBox& secrets, const std::string& sealed,
                                                          IntegrationId integration);
// What that means for whoever wanted to use them.
[[nodiscard]] Failure unreadable_credentials();

}  // namespace adfill
