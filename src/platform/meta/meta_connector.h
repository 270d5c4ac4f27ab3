// Meta's Graph and Marketing API: insights by asynchronous report, creatives from the account's ads.
#pragma once

#include "platform/connector.h"
#include "platform/platform_call.h"

#include <memory>
#include <string>

namespace adfill {

struct MetaSettings {
  std::string base_url = "https://graph.facebook.com";
  std::string api_version = "v26.0";
};

[[nodiscard]] std::unique_ptr<Connector> make_meta_connector(const PlatformContext& context, MetaSettings settings);

}  // namespace adfill
