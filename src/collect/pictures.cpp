#include "collect/pictures.h"

#include "net/secrets_base64.h"

#include <map>
#include <string>
#include <utility>

namespace adfill {
namespace {

namespace asio = boost::asio;

// From name to link; the first one of a name.
std::map<std::string, std::string> links_of(const std::vector<Creative>& creatives) {
  std::map<std::string, std::string> links;
  for (const auto& creative : creatives) {
    auto name = picture_of(creative);
    if (!name.empty() && !creative.thumbnail_url.empty()) links.try_emplace(std::move(name), creative.thumbnail_url);
  }
  return links;
}

}  // namespace

asio::awaitable<void> keep_pictures(StorePool& pool, Connector& connector, IntegrationId integration, LogAbout about,
                                    std::vector<Creative> creatives, std::function<void()> alive) {
  const auto links = links_of(creatives);
  std::vector<std::string> names;
  names.reserve(links.size());
  for (const auto& [name, link] : links) names.push_back(name);
  auto look = [integration, names = std::move(names)](Store& store) {
    return store.missing_pictures(integration, names);
  };
  const auto missing = co_await pool.run(std::move(look));
  for (const auto& name : missing) {
    auto fetched = co_await connector.picture(links.at(name));
    alive();
    if (!fetched) {
      log_about(about, spdlog::level::info, "the picture {} could not be kept: {}", name, fetched.error().message);
      continue;
    }
    KeptPicture picture{
        .picture = name, .content_type = std::move(fetched->content_type), .base64 = to_base64(fetched->bytes)};
    auto keep = [integration, picture = std::move(picture)](Store& store) { store.keep_picture(integration, picture); };
    co_await pool.run(std::move(keep));
  }
}

}  // namespace adfill
