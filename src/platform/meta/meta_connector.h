// Meta's Graph and Marketing API: insights by asynchronous report, creatives from the account's ads.
#pragma once

#include "platform/connector.h"
#include "platform/platform_call.h"

#include <memory>
#include <string>

namespace adfill {

// Where the token stands in a call. Meta takes it in a header and as a parameter; a server in Meta's place may know the
// parameter alone, as the official pages' samples have it.
enum class MetaTokenPlace { unknown, header, parameter };

struct MetaSettings {
  std::string base_url = "https://graph.facebook.com";
  std::string api_version = "v26.0";
  // What the calls of this process have found out.
  std::shared_ptr<MetaTokenPlace> token_place = std::make_shared<MetaTokenPlace>(MetaTokenPlace::unknown);
};

[[nodiscard]] std::unique_ptr<Connector> make_meta_connector(const PlatformContext& context, MetaSettings settings);

}  // namespace adfill
