// Creatives as the platform listed them last, and the pictures of them that are kept.
#include "api/cursor.h"
#include "api/json_output.h"
#include "api/query_input.h"
#include "api/service_parts.h"
#include "api/visible.h"
#include "net/secrets_base64.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <ranges>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t ads_max = 100;
constexpr std::size_t longest_id = 200;

// What platforms take for ids and hashes: printable ASCII, which every database can be asked for.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter <= '~'; });
}

json::object creative_json(const CreativeRecord& record, IntegrationId integration) {
  const auto& creative = record.creative;
  json::object object;
  object["ad_id"] = creative.ad_id;
  object["ad_name"] = creative.ad_name;
  object["creative_id"] = creative.creative_id;
  object["campaign_id"] = creative.campaign_id;
  object["ad_group_id"] = creative.ad_group_id;
  object["status"] = creative.status;
  object["title"] = creative.title;
  object["body"] = creative.body;
  object["call_to_action"] = creative.call_to_action;
  object["link_url"] = creative.link_url;
  object["image_url"] = creative.image_url;
  object["image_hash"] = creative.image_hash;
  object["thumbnail_url"] = creative.thumbnail_url;
  object["video_id"] = creative.video_id;
  object["video_url"] = creative.video_url;
  object["video_source_url"] = creative.video_source_url;
  object["picture_url"] = record.has_picture ? json::value("/v1/integrations/" + integration.to_string() +
                                                           "/pictures/" + percent_encode(picture_of(creative)))
                                             : json::value(nullptr);
  object["absent_since"] = to_json(record.absent_since);
  object["updated_at"] = to_rfc3339(record.updated_at);
  return object;
}

// "1,2,3"; faults stay in the reader.
std::optional<std::vector<std::string>> read_ads(QueryReader& query) {
  const auto text = query.text("ad_ids");
  if (!text) return std::nullopt;
  std::vector<std::string> ads;
  for (const auto part : std::views::split(*text, ',')) ads.emplace_back(std::string_view(part));
  const bool odd = std::ranges::any_of(ads, [](const auto& ad) { return !is_id(ad); });
  if (odd || ads.size() > ads_max) query.refuse("ad_ids", "must be ids of at most 100 ads, with commas between");
  return ads;
}

asio::awaitable<HttpResponse> list_creatives(std::shared_ptr<Service> service, ApiCall call) {
  QueryReader query(call.request.query);
  const auto id = query.uuid("integration_id");
  if (!query.text("integration_id")) query.refuse("integration_id", "is missing");
  CreativeFilter filter;
  filter.ads = read_ads(query);
  const int limit = query.limit();
  if (const auto cursor = query.text("cursor")) {
    const auto after = read_creative_cursor(*cursor);
    if (!after || !is_id(*after)) query.refuse("cursor", "must be the next_cursor of an answer of this list");
    filter.after = after.value_or("");
  }
  if (const auto problem = query.problem()) co_return to_response(*problem);
  const auto integration = co_await visible_integration(service, call.access, id->to_string());
  if (!integration) co_return to_response(not_found());

  filter.limit = limit + 1;  // one more tells whether there is a next page
  auto read = [key = integration->id, filter](Store& store) { return store.creatives(key, filter); };
  auto found = co_await service->context->pool.run(std::move(read));
  const bool more = found.size() > static_cast<std::size_t>(limit);
  if (more) found.resize(static_cast<std::size_t>(limit));
  json::object body;
  json::array list;
  for (const auto& record : found) list.push_back(creative_json(record, integration->id));
  body["creatives"] = std::move(list);
  body["next_cursor"] = more ? json::value(make_creative_cursor(found.back().creative.ad_id)) : json::value(nullptr);
  co_return json_response(200, body);
}

asio::awaitable<HttpResponse> get_picture(std::shared_ptr<Service> service, ApiCall call) {
  const auto integration = co_await visible_integration(service, call.access, call.ids[0]);
  if (!integration) co_return to_response(not_found());
  if (!is_id(call.ids[1])) co_return to_response(not_found());
  auto read = [id = integration->id, name = call.ids[1]](Store& store) { return store.picture(id, name); };
  const auto picture = co_await service->context->pool.run(std::move(read));
  auto bytes = picture ? from_base64(picture->base64) : std::nullopt;
  if (!bytes) co_return to_response(not_found());
  HttpResponse response;
  response.headers.emplace_back("content-type", picture->content_type);
  // Somebody else made it: opened by itself, an SVG may do nothing.
  response.headers.emplace_back("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  // Under a hash stands the same picture for ever.
  response.headers.emplace_back("cache-control", "private, max-age=86400");
  response.body = std::move(*bytes);
  co_return response;
}

constexpr Route routes[] = {
    {"GET", "/v1/creatives", Route::Door::token, list_creatives},
    {"GET", "/v1/integrations/{id}/pictures/{picture}", Route::Door::token, get_picture},
};

}  // namespace

std::span<const Route> creative_routes() {
  return routes;
}

}  // namespace adfill
