// How both homes read creatives' rows.
#pragma once

#include "store/creatives.h"

#include <map>
#include <utility>

namespace adfill {

template <class Row>
std::vector<CreativeRecord> read_creatives(Row row) {
  std::vector<CreativeRecord> records;
  while (row.step()) {
    auto& record = records.emplace_back();
    auto& creative = record.creative;
    for (std::string* text :
         {&creative.ad_id, &creative.ad_name, &creative.creative_id, &creative.campaign_id, &creative.ad_group_id,
          &creative.status, &creative.title, &creative.body, &creative.call_to_action, &creative.link_url,
          &creative.image_url, &creative.thumbnail_url, &creative.image_hash, &creative.video_id, &creative.video_url,
          &creative.video_source_url, &creative.details}) {
      *text = row.template next<std::string>();
    }
    record.absent_since = row.template next<std::optional<Instant>>();
    record.updated_at = row.template next<Instant>();
    record.has_picture = row.next_integer() != 0;
  }
  return records;
}

// Of a video that several rows have, the last one's links.
template <class Row>
std::map<std::string, VideoLinks> read_videos(Row row) {
  std::map<std::string, VideoLinks> videos;
  while (row.step()) {
    auto& links = videos[row.template next<std::string>()];
    links.url = row.template next<std::string>();
    links.source_url = row.template next<std::string>();
  }
  return videos;
}

template <class Row>
std::optional<KeptPicture> read_picture(Row row, std::string picture) {
  if (!row.step()) return std::nullopt;
  KeptPicture kept{.picture = std::move(picture), .content_type = {}, .base64 = {}};
  kept.content_type = row.template next<std::string>();
  kept.base64 = row.template next<std::string>();
  return kept;
}

}  // namespace adfill
