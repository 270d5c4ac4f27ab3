#include "platform/meta/meta_pages.h"

#include <algorithm>
#include <utility>

namespace adfill {
namespace {

constexpr std::int64_t pages_max = 100'000;  // 50 million rows: no slice has as many
constexpr int good_pages_to_grow = 5;        // at a smaller size, before a larger one is tried again
constexpr int late_pages_max = 4;            // in a row: then the platform is slow, not the page large

using simdjson::SUCCESS;

}  // namespace

Query query_in(std::string_view next) {
  const auto question = next.find('?');
  if (question == std::string_view::npos) return {};
  auto query = parse_query(next.substr(question + 1));
  std::erase_if(query,
                [](const auto& entry) { return entry.first == "access_token" || entry.first == "appsecret_proof"; });
  return query;
}

std::optional<MetaPaging> read_paging(simdjson::dom::element element) {
  MetaPaging paging;
  simdjson::dom::object object;
  if (element.is_null()) return paging;
  if (element.get_object().get(object) != SUCCESS) return std::nullopt;
  paging.present = true;
  std::string_view next;
  for (const auto field : object) {
    if (field.value.is_null()) continue;
    if (field.key == "cursors") {
      simdjson::dom::object cursors;
      if (field.value.get_object().get(cursors) != SUCCESS) return std::nullopt;
      simdjson::dom::element after;
      if (cursors["after"].get(after) != SUCCESS || after.is_null()) continue;
      auto cursor = scalar_text(after);
      if (!cursor) return std::nullopt;
      paging.after = std::move(*cursor);
    } else if (field.key == "next") {
      if (paging.more || field.value.get_string().get(next) != SUCCESS) return std::nullopt;
      paging.more = !next.empty();
    }
  }
  if (!paging.after.empty()) return paging;
  paging.rest = query_in(next);
  const auto cursor = std::ranges::find(paging.rest, "after", &Query::value_type::first);
  if (cursor != paging.rest.end()) paging.after = cursor->second;
  return paging;
}

std::optional<MetaPaging> paging_at_end(std::string_view body) {
  constexpr std::string_view key = "\"paging\":";
  constexpr std::size_t longest = 16 << 10;  // cursors have some dozens of bytes, the next page's address some hundreds
  const auto end = body.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos || body[end] != '}') return std::nullopt;
  // A name in a text has its quotes escaped, so this is one; what stands between it and the page's last bracket is one
  // whole value only if it is the page's own.
  const auto tail = body.substr(end > longest ? end - longest : 0, std::min(end, longest));
  const auto at = tail.rfind(key);
  if (at == std::string_view::npos || (at > 0 && tail[at - 1] == '\\')) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  const std::string value(tail.substr(at + key.size()));
  if (parser.parse(value).get(element) != SUCCESS) return std::nullopt;
  return read_paging(element);
}

bool asks_for_less(const Failure& failure) {
  return failure.kind == Failure::Kind::too_large || failure.code == incomplete_creative_code;
}

MetaPages::MetaPages(const MetaCalls& calls, std::string path, Query parameters, int limit)
    : calls_(calls), path_(std::move(path)), parameters_(std::move(parameters)), largest_(limit), limit_(limit) {}

Query MetaPages::query() const {
  Query query = parameters_;
  query.emplace_back("limit", std::to_string(limit_));
  if (rest_.empty() && !after_.empty()) query.emplace_back("after", after_);
  for (const auto& [name, value] : rest_) {
    if (std::ranges::find(query, name, &Query::value_type::first) == query.end()) query.emplace_back(name, value);
  }
  return query;
}

void MetaPages::set_fields(std::string fields) {
  for (auto& [name, value] : parameters_) {
    if (name == "fields") value = fields;
  }
}

boost::asio::awaitable<Result<HttpAnswer>> MetaPages::next() {
  int late = 0;
  while (true) {
    auto answer = co_await calls_.get_page(path_, query(), pages_ > 0);
    if (answer) {
      // A size that failed once is not given up for ever (airbytehq/airbyte#25383).
      if (++good_in_a_row_ >= good_pages_to_grow && limit_ < largest_) {
        limit_ = std::min(largest_, limit_ * 2);
        good_in_a_row_ = 0;
      }
      co_return answer;
    }
    if (!asks_for_less(answer.error())) co_return answer;
    good_in_a_row_ = 0;
    late = answer.error().code.empty() ? late + 1 : 0;
    if (late >= late_pages_max && pages_ == 0) {
      Failure slow(Failure::Kind::transient, answer.error().message);
      co_return std::unexpected(std::move(slow));
    }
    const int smallest = answer.error().code == incomplete_creative_code ? isolated_max : 1;
    if (limit_ <= smallest || late >= late_pages_max) co_return answer;
    limit_ /= 2;
  }
}

Result<bool> MetaPages::turn(const MetaPaging& paging, std::size_t elements) {
  using Kind = Failure::Kind;
  ++pages_;
  // An empty account is answered without `paging`; a full page without it would end the list without a word. More than
  // were asked for are all there are.
  if (!paging.present && elements == static_cast<std::size_t>(limit_)) {
    return std::unexpected(Failure(Kind::unparsable, "a full page of " + path_ + " has no \"paging\""));
  }
  if (!paging.more) return false;
  // Without a cursor all that the next page's address asks for is the cursor: an offset, a number of pages.
  const auto after = paging.after.empty() ? encode_query(paging.rest) : paging.after;
  if (after.empty())
    return std::unexpected(Failure(Kind::unparsable, "a page of " + path_ + " has a next one but no cursor"));
  // Brent's way to find a circle: one cursor is remembered, and a later one each time the pages have doubled.
  if (after == after_ || after == anchor_) {
    return std::unexpected(Failure(Kind::unparsable, "the pages of " + path_ + " go in a circle"));
  }
  if (pages_ >= pages_max) return std::unexpected(Failure(Kind::unparsable, "the pages of " + path_ + " have no end"));
  if (pages_ == anchor_page_) {
    anchor_ = after;
    anchor_page_ *= 2;
  }
  rest_ = paging.after.empty() ? paging.rest : Query();
  after_ = after;
  return true;
}

}  // namespace adfill
