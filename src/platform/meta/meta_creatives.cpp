#include "platform/meta/meta_creatives.h"

#include "core/must.h"
#include "platform/canonical_json.h"
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_batch.h"
#include "platform/meta/meta_videos.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <span>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

constexpr const char* fields_without_creative = "id,name,effective_status,campaign_id,adset_id";
constexpr const char* fields_with_creative =
    "id,name,effective_status,campaign_id,adset_id,creative{id,name,title,body,call_to_action_type,object_type,"
    "object_story_spec,asset_feed_spec,image_url,image_hash,thumbnail_url,video_id,effective_object_story_id,instagram_"
    "permalink_url,link_url,"
    "url_tags}";
constexpr const char* every_status_but_deleted =
    R"(["ACTIVE","PAUSED","PENDING_REVIEW","DISAPPROVED","PREAPPROVED","PENDING_BILLING_INFO","CAMPAIGN_PAUSED","ARCHIVED",)"
    R"("ADSET_PAUSED","IN_PROCESS","WITH_ISSUES"])";

// Where a text stands, in the order in which it is looked for: on the creative itself, then in the story's link, video,
// template and photo, then in the asset feed, then on the first card of a carousel. Most creatives have none at the
// top.
using Places = std::span<const char* const>;
constexpr auto title_places =
    std::to_array<const char*>({"/title", "/object_story_spec/link_data/name", "/object_story_spec/video_data/title",
                                "/object_story_spec/template_data/name", "/asset_feed_spec/titles/0/text",
                                "/object_story_spec/link_data/child_attachments/0/name"});
constexpr auto body_places =
    std::to_array<const char*>({"/body", "/object_story_spec/link_data/message",
                                "/object_story_spec/video_data/message", "/object_story_spec/template_data/message",
                                "/object_story_spec/photo_data/caption", "/asset_feed_spec/bodies/0/text"});
constexpr auto call_places = std::to_array<const char*>(
    {"/call_to_action_type", "/object_story_spec/link_data/call_to_action/type",
     "/object_story_spec/video_data/call_to_action/type", "/object_story_spec/template_data/call_to_action/type",
     "/asset_feed_spec/call_to_action_types/0", "/asset_feed_spec/call_to_actions/0/type"});
constexpr auto link_places = std::to_array<const char*>(
    {"/link_url", "/object_story_spec/link_data/link", "/object_story_spec/link_data/call_to_action/value/link",
     "/object_story_spec/video_data/call_to_action/value/link", "/object_story_spec/template_data/link",
     "/object_story_spec/template_data/call_to_action/value/link", "/asset_feed_spec/link_urls/0/website_url",
     "/object_story_spec/link_data/child_attachments/0/link"});
constexpr auto image_places = std::to_array<const char*>(
    {"/image_url", "/object_story_spec/link_data/picture", "/object_story_spec/video_data/image_url",
     "/object_story_spec/template_data/picture", "/object_story_spec/photo_data/url",
     "/object_story_spec/link_data/child_attachments/0/picture"});
constexpr auto hash_places = std::to_array<const char*>(
    {"/image_hash", "/object_story_spec/link_data/image_hash", "/object_story_spec/video_data/image_hash",
     "/object_story_spec/template_data/image_hash", "/object_story_spec/photo_data/image_hash",
     "/asset_feed_spec/images/0/hash", "/object_story_spec/link_data/child_attachments/0/image_hash"});
constexpr auto video_places = std::to_array<const char*>({"/video_id", "/object_story_spec/video_data/video_id",
                                                          "/asset_feed_spec/videos/0/video_id",
                                                          "/object_story_spec/link_data/child_attachments/0/video_id"});
constexpr auto id_places = std::to_array<const char*>({"/id"});
constexpr auto thumbnail_places = std::to_array<const char*>({"/thumbnail_url"});

std::string find_text(simdjson::dom::element creative, Places places) {
  for (const auto* place : places) {
    simdjson::dom::element value;
    if (creative.at_pointer(place).get(value) != SUCCESS) continue;
    auto text = scalar_text(value);
    if (text && !text->empty()) return std::move(*text);
  }
  return "";
}

// Meta signs its picture links and each answer has new ones, good for days (`oe` is the time of their end): kept in the
// details they would make every creative look changed every day. image_hash and video_id stay.
bool is_signed_link(std::string_view key, std::string_view text) {
  return (key == "image_url" || key == "thumbnail_url" || key == "picture" || key == "url") && text.contains("oe=");
}

constexpr auto columns = std::to_array<std::string_view>(
    {"id", "title", "body", "call_to_action_type", "link_url", "image_url", "image_hash", "thumbnail_url", "video_id"});

// What of the creative is in no column; nullopt when it can't be written (a name twice, nested too deeply).
std::optional<std::string> details_of(simdjson::dom::object creative) {
  CanonicalJson json("", is_signed_link);
  json.begin_object();
  for (const auto field : creative) {
    if (std::ranges::find(columns, field.key) != columns.end() && scalar_text(field.value)) continue;
    json.key(field.key);
    if (!json.value(field.value)) return std::nullopt;
  }
  if (!json.end_object()) return std::nullopt;
  return json.take();
}

std::string unreadable_details(std::string_view why) {
  CanonicalJson json;
  json.begin_object();
  json.key("unreadable");
  json.string(why);
  must(json.end_object(), "one name makes an object");
  return json.take();
}

// False when the field is there and neither a text nor null.
bool read_text(simdjson::dom::object object, std::string_view name, std::string& target) {
  simdjson::dom::element value;
  if (object[name].get(value) != SUCCESS || value.is_null()) return true;
  auto text = scalar_text(value);
  if (text) target = std::move(*text);
  return text.has_value();
}

// What is wrong with it, or nullopt.
std::optional<std::string> read_ad(simdjson::dom::object ad, Creative& row) {
  if (!read_text(ad, "id", row.ad_id) || row.ad_id.empty()) return "an ad has no id";
  const auto wrong = [&row](const char* field) {
    return "ad " + shortened(row.ad_id, 40) + ": " + field + " is not a text";
  };
  if (!read_text(ad, "name", row.ad_name)) return wrong("name");
  if (!read_text(ad, "effective_status", row.status)) return wrong("effective_status");
  if (!read_text(ad, "campaign_id", row.campaign_id)) return wrong("campaign_id");
  if (!read_text(ad, "adset_id", row.ad_group_id)) return wrong("adset_id");
  simdjson::dom::element creative;
  simdjson::dom::object object;
  const bool has_creative = ad["creative"].get(creative) == SUCCESS && !creative.is_null();
  if (has_creative && creative.get_object().get(object) != SUCCESS)
    return "ad " + shortened(row.ad_id, 40) + ": creative is not an object";
  if (has_creative) {
    row.creative_id = find_text(creative, id_places);
    row.title = find_text(creative, title_places);
    row.body = find_text(creative, body_places);
    row.call_to_action = find_text(creative, call_places);
    row.link_url = find_text(creative, link_places);
    row.image_url = find_text(creative, image_places);
    row.thumbnail_url = find_text(creative, thumbnail_places);
    row.image_hash = find_text(creative, hash_places);
    row.video_id = find_text(creative, video_places);
  }
  auto details = has_creative ? details_of(object) : std::optional<std::string>("{}");
  if (!details) return "ad " + shortened(row.ad_id, 40) + ": its creative holds a key twice or nests too deeply";
  row.details = std::move(*details);
  return std::nullopt;
}

// One ad, read by its own id; a Failure when the answer is none.
Result<Creative> parse_ad(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::object ad;
  if (const auto error = parser.parse(body).get_object().get(ad)) {
    return std::unexpected(unreadable("an ad", simdjson::error_message(error), body));
  }
  Creative row;
  if (const auto wrong = read_ad(ad, row)) return std::unexpected(unreadable("an ad", *wrong, body));
  return row;
}

// The ads of a page that Meta can't give with their creatives: listed without them, so that the list can go on, and
// then each read by itself. The one whose creative spoils the page stays without it.
awaitable<Result<MetaPage<Creative>>> read_apart(const MetaCalls& calls, MetaPages& pages) {
  pages.set_fields(fields_without_creative);
  auto answer = co_await pages.next();
  pages.set_fields(fields_with_creative);
  if (!answer) co_return std::unexpected(answer.error());
  auto page = parse_ads(answer->body);
  if (!page) co_return page;
  std::vector<BatchRead> reads;
  for (const auto& row : page->rows) reads.push_back({percent_encode(row.ad_id), {{"fields", fields_with_creative}}});
  auto answers = co_await read_batch(calls, std::move(reads));
  if (!answers) co_return std::unexpected(answers.error());
  for (std::size_t index = 0; index < answers->size(); ++index) {
    auto& row = page->rows[index];
    const auto& body = (*answers)[index];
    if (body) {
      auto ad = parse_ad(*body);
      if (!ad) co_return std::unexpected(ad.error());
      row = std::move(*ad);
    } else if (body.error().kind == Failure::Kind::transient) {
      co_return std::unexpected(body.error());
    } else {
      row.details = unreadable_details(body.error().message);
    }
  }
  co_return page;
}

// A read each, of quotas that figures need too: what is more waits for another day.
std::size_t unlisted_max(const MetaCalls& calls) {
  return 10 * largest_batch(calls);
}

// Ads that no list has. One that can't be read by its id either, or is answered oddly, is kept without its creative, so
// that it is not asked for every day.
awaitable<Result<std::vector<Creative>>> read_unlisted(const MetaCalls& calls, std::vector<std::string> ids) {
  std::vector<BatchRead> reads;
  reads.reserve(ids.size());
  for (const auto& id : ids) reads.push_back({percent_encode(id), {{"fields", fields_with_creative}}});
  auto answers = co_await read_batch(calls, std::move(reads));
  if (!answers) co_return std::unexpected(answers.error());
  std::vector<Creative> rows;
  for (std::size_t index = 0; index < answers->size(); ++index) {
    const auto& body = (*answers)[index];
    auto ad = body ? parse_ad(*body) : Result<Creative>(std::unexpected(body.error()));
    if (ad) {
      rows.push_back(std::move(*ad));
    } else if (ad.error().kind != Failure::Kind::transient) {  // else it is tried again with the next listing
      auto& row = rows.emplace_back();
      row.ad_id = ids[index];
      row.status = "DELETED";
      row.details = unreadable_details(ad.error().message);
    }
  }
  co_return rows;
}

// The pages of the list, into the sink; what is on them goes out of `unlisted`.
awaitable<Result<void>> list_creatives(const MetaCalls& calls, SliceSink& sink,
                                       std::map<std::string, VideoLinks>& videos, std::set<std::string>& unlisted) {
  Query parameters{{"fields", fields_with_creative}, {"effective_status", every_status_but_deleted}};
  MetaPages pages(calls, calls.account_id() + "/ads", std::move(parameters), creatives_page_limit);
  while (true) {
    auto answer = co_await pages.next();
    const bool is_spoilt = !answer && answer.error().code == incomplete_creative_code;
    Result<MetaPage<Creative>> page = std::unexpected(Failure(Failure::Kind::transient, "not read"));
    if (answer) {
      page = parse_ads(answer->body);
    } else if (is_spoilt || (pages.at_smallest() && asks_for_less(answer.error()))) {
      page = co_await read_apart(calls, pages);
    } else {
      co_return std::unexpected(answer.error());
    }
    if (!page) co_return std::unexpected(page.error());
    const auto more = pages.turn(page->paging, page->rows.size());
    if (!more) co_return std::unexpected(more.error());
    if (is_spoilt) pages.grow_back();
    for (const auto& row : page->rows) unlisted.erase(row.ad_id);
    auto rows = co_await with_videos(calls, std::move(page->rows), videos);
    if (!rows) co_return std::unexpected(rows.error());
    auto told = co_await sink.creatives(std::move(*rows));
    if (!told || !*more) co_return told;
  }
}

}  // namespace

Result<MetaPage<Creative>> parse_ads(const std::string& body) {
  constexpr std::string_view page_name = "a page of Meta's ads";
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  simdjson::dom::array data;
  if (const auto error = parser.parse(body).get_object().get(root)) {
    return std::unexpected(unreadable(page_name, simdjson::error_message(error), body));
  }
  if (root["data"].get_array().get(data) != SUCCESS) {
    return std::unexpected(unreadable(page_name, "it has no list \"data\"", body));
  }
  MetaPage<Creative> page;
  for (const auto element : data) {
    simdjson::dom::object ad;
    if (element.get_object().get(ad) != SUCCESS)
      return std::unexpected(unreadable(page_name, "an ad is not an object", body));
    if (const auto wrong = read_ad(ad, page.rows.emplace_back())) {
      return std::unexpected(unreadable(page_name, *wrong, body));
    }
  }
  simdjson::dom::element paging;
  if (root["paging"].get(paging) != SUCCESS) return page;
  auto read = read_paging(paging);
  if (!read) return std::unexpected(unreadable(page_name, "paging can't be read", body));
  page.paging = std::move(*read);
  return page;
}

Query listed_ads_parameters(std::string fields) {
  return {{"fields", std::move(fields)}, {"effective_status", every_status_but_deleted}};
}

awaitable<Result<void>> collect_creatives(const MetaCalls& calls, SliceSink& sink, KnownCreatives known) {
  std::set<std::string> unlisted(known.unlisted_ads.begin(), known.unlisted_ads.end());
  const auto listed = co_await list_creatives(calls, sink, known.videos, unlisted);
  if (!listed || unlisted.empty()) co_return listed;
  std::vector<std::string> ids(unlisted.begin(), unlisted.end());
  ids.resize(std::min(ids.size(), unlisted_max(calls)));
  // In portions, so that a chunk of many deleted ads shows that it moves on.
  constexpr std::size_t portion = creatives_page_limit;
  for (std::size_t first = 0; first < ids.size(); first += portion) {
    const auto some = std::span(ids).subspan(first, std::min(portion, ids.size() - first));
    auto rows = co_await read_unlisted(calls, {some.begin(), some.end()});
    if (!rows) co_return std::unexpected(rows.error());
    rows = co_await with_videos(calls, std::move(*rows), known.videos);
    if (!rows) co_return std::unexpected(rows.error());
    const auto told = co_await sink.creatives(std::move(*rows));
    if (!told) co_return told;
  }
  co_return Result<void>();
}

}  // namespace adfill
