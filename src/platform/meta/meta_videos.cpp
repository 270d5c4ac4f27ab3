#include "platform/meta/meta_videos.h"

#include "core/row_hash.h"
#include "net/http_message.h"
#include "platform/json_text.h"
#include "platform/meta/meta_batch.h"

#include <charconv>
#include <set>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

constexpr Duration before_its_end = std::chrono::hours(48);  // a daily run may be missed
constexpr const char* video_fields = "source,permalink_url";

std::string text_of(simdjson::dom::object video, std::string_view name) {
  simdjson::dom::element value;
  if (video[name].get(value) != SUCCESS) return "";
  return scalar_text(value).value_or("");
}

// The page's address comes without a host.
std::string with_host(std::string page) {
  return page.starts_with('/') ? "https://www.facebook.com" + page : page;
}

VideoLinks read_video(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::object video;
  if (parser.parse(body).get_object().get(video) != SUCCESS) return {};
  return {.url = with_host(text_of(video, "permalink_url")), .source_url = text_of(video, "source")};
}

}  // namespace

Instant end_of_link(std::string_view url) {
  const auto question = url.find('?');
  if (question == std::string_view::npos) return Instant::max();
  for (const auto& [name, value] : parse_query(url.substr(question + 1))) {
    if (name != "oe") continue;
    std::uint32_t seconds = 0;
    const auto* const end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, seconds, 16);
    if (read.ec == std::errc() && read.ptr == end) return Instant(std::chrono::seconds(seconds));
  }
  return Instant::max();
}

bool asks_again(const std::string& video_id, const VideoLinks& links, Instant now) {
  if (!links.source_url.empty()) return end_of_link(links.source_url) - before_its_end < now;
  const auto today = std::chrono::floor<std::chrono::days>(now.time_since_epoch()).count();
  return static_cast<std::uint64_t>(hash_of(video_id)) % 7 == static_cast<std::uint64_t>(today) % 7;
}

awaitable<Result<std::vector<Creative>>> with_videos(const MetaCalls& calls, std::vector<Creative> rows,
                                                     std::map<std::string, VideoLinks>& known) {
  const auto now = calls.context().clock.now();
  std::set<std::string> wanted;
  for (const auto& row : rows) {
    if (row.video_id.empty()) continue;
    const auto there = known.find(row.video_id);
    if (there == known.end() || asks_again(row.video_id, there->second, now)) wanted.insert(row.video_id);
  }
  std::vector<BatchRead> reads;
  for (const auto& id : wanted) reads.push_back({percent_encode(id), {{"fields", video_fields}}});
  auto answers = co_await read_batch(calls, std::move(reads));
  if (!answers) co_return std::unexpected(answers.error());
  auto answer = answers->begin();
  for (const auto& id : wanted) {
    // What is there already stays, where a video can't be read any more.
    if (const auto& body = *answer++) {
      known[id] = read_video(*body);
    } else {
      known.try_emplace(id);
    }
  }
  for (auto& row : rows) {
    if (row.video_id.empty()) continue;
    const auto& links = known[row.video_id];
    row.video_url = links.url;
    row.video_source_url = links.source_url;
  }
  co_return rows;
}

}  // namespace adfill
