#include "collect/sealed_credentials.h"

#include <boost/json.hpp>

namespace adfill {

std::string as_json(const Credentials& credentials) {
  boost::json::object json;
  for (const auto& [name, value] : credentials.fields) json[name] = value;
  return boost::json::serialize(json);
}

std::string seal_credentials(const SecretBox& secrets, const Credentials& credentials, IntegrationId integration) {
  return secrets.seal(as_json(credentials), integration.to_string());
}

std::optional<Credentials> open_credentials(const SecretBox& secrets, const std::string& sealed,
                                            IntegrationId integration) {
  const auto text = secrets.open(sealed, integration.to_string());
  if (!text) return std::nullopt;
  boost::system::error_code error;
  const auto json = boost::json::parse(*text, error);
  if (error || !json.is_object()) return std::nullopt;
  Credentials credentials;
  for (const auto& [name, value] : json.get_object()) {
    if (value.is_string()) credentials.fields.emplace(name, value.get_string());
  }
  return credentials;
}

Failure unreadable_credentials() {
  return {Failure::Kind::credentials,
          "the stored credentials can't be opened with this ADFILL_SECRET_KEY: set the right key, or give the "
          "integration new credentials"};
}

}  // namespace adfill
