// Creatives as they are read, and the pictures of them that are kept.
#pragma once

#include "core/instant.h"
#include "core/rows.h"

#include <optional>
#include <string>
#include <vector>

namespace adfill {

struct CreativeFilter {
  std::optional<std::vector<std::string>> ads{};  // only these
  std::string after{};                            // an ad's id: those behind it
  int limit = 100;
};

struct CreativeRecord {
  Creative creative;
  std::optional<Instant> absent_since{};  // the platform no longer lists it
  Instant updated_at;                     // a signed link that is new is no change
  bool has_picture = false;               // kept, under picture_of(creative)
};

struct KeptPicture {
  std::string picture;  // the image's hash, or "video-" and the video's id
  std::string content_type;
  std::string base64;
};

}  // namespace adfill
