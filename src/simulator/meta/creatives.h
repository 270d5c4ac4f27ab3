// Ad creatives in the shapes that accounts really have: texts at the top level, in a link, a carousel, a video, a photo
// or an asset feed. Which shape an ad has follows from its place.
#pragma once

#include "core/instant.h"
#include "simulator/meta/graph_request.h"
#include "simulator/world.h"

#include <string>
#include <vector>

namespace adfill::meta {

// The creative as an object with the fields asked for (only its id if none). `base`: where pictures can be fetched
// from, with links that are signed anew each day. False for a field that no creative has: its name is then in
// `unknown`.
[[nodiscard]] bool append_creative(std::string& out, const Account& account, const Ad& ad,
                                   const std::vector<FieldName>& fields, const std::string& base, Instant now,
                                   std::string& unknown);

// Its creative is a video of its own.
[[nodiscard]] bool has_video(const Ad& ad);
// The video as an object, likewise.
[[nodiscard]] bool append_video(std::string& out, const Ad& ad, const std::vector<FieldName>& fields,
                                const std::string& base, Instant now, std::string& unknown);

// The picture behind an image_url, an SVG. Any hash has one.
[[nodiscard]] std::string picture_of(const std::string& hash);

}  // namespace adfill::meta
