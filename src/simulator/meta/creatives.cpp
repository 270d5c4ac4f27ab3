#include "simulator/meta/creatives.h"

#include "simulator/json_text.h"
#include "simulator/mix.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace adfill::meta {
namespace {

enum class Shape { link, video, carousel, plain, photo, assets };

constexpr std::array<std::string_view, 31> known_fields{"account_id",
                                                        "actor_id",
                                                        "asset_feed_spec",
                                                        "body",
                                                        "call_to_action",
                                                        "call_to_action_type",
                                                        "effective_instagram_media_id",
                                                        "effective_object_story_id",
                                                        "id",
                                                        "image_crops",
                                                        "image_hash",
                                                        "image_url",
                                                        "instagram_permalink_url",
                                                        "instagram_user_id",
                                                        "link_og_id",
                                                        "link_url",
                                                        "name",
                                                        "object_id",
                                                        "object_story_id",
                                                        "object_story_spec",
                                                        "object_type",
                                                        "object_url",
                                                        "product_set_id",
                                                        "source_instagram_media_id",
                                                        "status",
                                                        "template_url",
                                                        "thumbnail_id",
                                                        "thumbnail_url",
                                                        "title",
                                                        "url_tags",
                                                        "video_id"};

Shape shape_of(const Ad& ad) {
  return static_cast<Shape>(mix(ad.key, 30) % 6);
}

struct Creative {
  Shape shape;
  std::string hash;  // of its image
  std::string video;
  std::string title;
  std::string body;
  std::string link;
  std::string picture;
};

std::string hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int place = 60; place >= 0; place -= 4) text += digits[number >> static_cast<unsigned>(place) & 15U];
  return text;
}

// Signed links on the real platform: `oe` is when they end, Unix seconds in hex. New ones each day, good for two weeks.
std::string signature(Instant now) {
  const auto ends = std::chrono::floor<std::chrono::days>(now.time_since_epoch()) + std::chrono::days(14);
  return "?oe=" + hex(static_cast<std::uint64_t>(std::chrono::seconds(ends).count())).substr(8);
}

Creative creative_of(const Ad& ad, const std::string& base, Instant now) {
  constexpr std::array<std::string_view, 4> titles{"Spring sale", "오늘만 특가 🎁", "The \"best\" of 2026",
                                                   "무료 배송"};
  constexpr std::array<std::string_view, 4> bodies{"Only this week.", "지금 구매하면\n30% 할인!",
                                                   "Loved by 10,000 people", "리뷰 4.9점 ⭐"};
  Creative creative;
  creative.shape = shape_of(ad);
  creative.hash = hex(mix(ad.key, 31)) + hex(mix(ad.key, 32));
  creative.video = video_id(ad);
  creative.title = titles.at(mix(ad.key, 34) % titles.size());
  creative.body = bodies.at(mix(ad.key, 35) % bodies.size());
  creative.link = "https://shop.example.com/p/" + std::to_string(mix(ad.key, 36) % 10'000);
  creative.picture = base + "/simulator/images/" + creative.hash + ".svg" + signature(now);
  return creative;
}

std::string object(std::initializer_list<std::pair<std::string_view, std::string>> members) {
  std::string out = "{";
  for (const auto& [name, text] : members) append_member(out, name, text);
  return out + "}";
}

std::string call_to_action(const Creative& creative) {
  return "{\"type\":\"SHOP_NOW\",\"value\":{\"link\":" + json_of(creative.link) + "}}";
}

std::string carousel_cards(const Creative& creative) {
  std::string cards = "[";
  for (int card = 1; card <= 3; ++card) {
    const auto number = std::to_string(card);
    cards.append(card == 1 ? "" : ",");
    cards.append(object({{"name", creative.title + " " + number},
                         {"description", creative.body},
                         {"link", creative.link + "?card=" + number},
                         {"image_hash", creative.hash}}));
  }
  return cards + "]";
}

std::string story(const Creative& creative) {
  std::string out = "{\"page_id\":\"551234567\"";
  if (creative.shape == Shape::link || creative.shape == Shape::carousel) {
    out.append(",\"link_data\":{");
    append_member(out, "link", creative.link);
    append_member(out, "message", creative.body);
    append_member(out, "name", creative.title);
    append_member(out, "image_hash", creative.hash);
    append_key(out, "call_to_action");
    out.append(call_to_action(creative));
    if (creative.shape == Shape::carousel) out.append(",\"child_attachments\":").append(carousel_cards(creative));
    out += '}';
  } else if (creative.shape == Shape::video) {
    out.append(",\"video_data\":{");
    append_member(out, "video_id", creative.video);
    append_member(out, "title", creative.title);
    append_member(out, "message", creative.body);
    append_member(out, "image_url", creative.picture);
    append_key(out, "call_to_action");
    out.append(call_to_action(creative)).append("}");
  } else if (creative.shape == Shape::photo) {
    out.append(",\"photo_data\":{");
    append_member(out, "caption", creative.body);
    append_member(out, "image_hash", creative.hash);
    out += '}';
  }
  return out + "}";
}

std::string asset_feed(const Creative& creative) {
  std::string out =
      "{\"titles\":[" + object({{"text", creative.title}}) + "," + object({{"text", creative.title + " 2"}}) + "]";
  out.append(",\"bodies\":[").append(object({{"text", creative.body}})).append("]");
  out.append(",\"link_urls\":[").append(object({{"website_url", creative.link}})).append("]");
  out.append(",\"images\":[").append(object({{"hash", creative.hash}})).append("]");
  return out.append(",\"call_to_action_types\":[\"LEARN_MORE\"]}");
}

void append_field(std::string& out, std::string_view field, const Account& account, const Ad& ad,
                  const Creative& creative) {
  const bool top = creative.shape == Shape::plain;
  const bool video = creative.shape == Shape::video;
  const auto raw = [&](const std::string& text) {
    append_key(out, field);
    out.append(text);
  };
  if (field == "account_id") append_member(out, field, account.id);
  if (field == "name") append_member(out, field, ad.name + " creative");
  if (field == "status") append_member(out, field, ad.status == "DELETED" ? "DELETED" : "ACTIVE");
  if (field == "object_type")
    append_member(out, field, video ? "VIDEO" : creative.shape == Shape::photo ? "PHOTO" : "SHARE");
  if (field == "title" && top) append_member(out, field, creative.title);
  if (field == "body" && top) append_member(out, field, creative.body);
  if (field == "link_url" && top) append_member(out, field, creative.link);
  if (field == "call_to_action_type" && creative.shape != Shape::photo) append_member(out, field, "SHOP_NOW");
  if (field == "image_hash" && !video) append_member(out, field, creative.hash);
  if (field == "image_url" && !video) append_member(out, field, creative.picture);
  if (field == "thumbnail_url") append_member(out, field, creative.picture);
  if (field == "video_id" && video) append_member(out, field, creative.video);
  if (field == "effective_object_story_id") append_member(out, field, "551234567_" + creative.video);
  if (field == "url_tags") append_member(out, field, "utm_source=meta&utm_campaign={{campaign.name}}");
  if (field == "object_story_spec" && !top && creative.shape != Shape::assets) raw(story(creative));
  if (field == "asset_feed_spec" && creative.shape == Shape::assets) raw(asset_feed(creative));
}

}  // namespace

bool append_creative(std::string& out, const Account& account, const Ad& ad, const std::vector<FieldName>& fields,
                     const std::string& base, Instant now, std::string& unknown) {
  const auto creative = creative_of(ad, base, now);
  out += '{';
  for (const auto& field : fields) {
    if (std::ranges::find(known_fields, field.name) == known_fields.end()) {
      unknown = field.name;
      return false;
    }
    append_field(out, field.name, account, ad, creative);
  }
  append_member(out, "id", creative_id(ad));
  out += '}';
  return true;
}

bool has_video(const Ad& ad) {
  return shape_of(ad) == Shape::video;
}

bool append_video(std::string& out, const Ad& ad, const std::vector<FieldName>& fields, const std::string& base,
                  Instant now, std::string& unknown) {
  const auto creative = creative_of(ad, base, now);
  out += '{';
  for (const auto& field : fields) {
    if (field.name == "source") {
      append_member(out, field.name, base + "/simulator/videos/" + creative.video + ".mp4" + signature(now));
    } else if (field.name == "picture") {
      append_member(out, field.name, creative.picture);
    } else if (field.name == "permalink_url") {
      append_member(out, field.name, "/551234567/videos/" + creative.video + "/");
    } else if (field.name == "title") {
      append_member(out, field.name, creative.title);
    } else if (field.name != "id" && field.name != "length" && field.name != "description") {
      unknown = field.name;
      return false;
    }
  }
  append_member(out, "id", creative.video);
  out += '}';
  return true;
}

std::string picture_of(const std::string& hash) {
  const auto key = mix(0, hash);
  const auto colour = hex(key).substr(0, 6);
  const auto other = hex(key).substr(6, 6);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"400\"><rect width=\"400\" height=\"400\" "
         "fill=\"#" +
         colour + "\"/><circle cx=\"200\" cy=\"200\" r=\"" + std::to_string(60 + key % 120) + "\" fill=\"#" + other +
         "\"/></svg>";
}

}  // namespace adfill::meta
