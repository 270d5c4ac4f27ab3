// Follows the pages of one of Meta's lists: by our own parameters and the cursor, never by paging.next itself, which
// has the token in it. A page that is too much is asked for again with half as many elements. The end is a page without
// `next` (docs/graph-api/results: the last page still has a cursor, and a page may be shorter than asked for).
#pragma once

#include "core/result.h"
#include "platform/json_text.h"
#include "platform/meta/meta_calls.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// What a page said of the next one.
struct MetaPaging {
  bool present = false;  // there was a `paging` at all
  bool more = false;
  std::string after{};  // cursors.after, else the one in `next`; empty: lists that count differently have none
  Query rest{};         // then what `next` asks for, without its secrets
};

// What a `next` URL asks for, of which nothing else is taken, and not the token that is in it.
[[nodiscard]] Query query_in(std::string_view next);

// A page's `paging`, as it came; nullopt when it can't be read.
[[nodiscard]] std::optional<MetaPaging> read_paging(simdjson::dom::element element);

// The `paging` at the end of a page that has not been parsed yet, where Meta puts it; nullopt where it does not stand
// there. What it says holds if the page can be parsed at all.
[[nodiscard]] std::optional<MetaPaging> paging_at_end(std::string_view body);

// True for a failure that fewer elements on a page may cure.
[[nodiscard]] bool asks_for_less(const Failure& failure);

// A page that one creative fails is halved down to so many, whose ads are then read one by one: of a page of fifty
// that costs some ten calls, where each of its ads would cost fifty and halving down to one a dozen in turn.
inline constexpr int isolated_max = 6;

class MetaPages {
 public:
  // `calls` outlives it. `parameters` without limit and cursor.
  MetaPages(const MetaCalls& calls, std::string path, Query parameters, int limit);

  // The page after the last one that turn() took. What remained at the smallest size is the failure: too_large, or at
  // `isolated_max` elements that of an incomplete creative; transient when nothing was answered in time and never was
  // before.
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> next();
  // Takes what that page said; true when there is one more. A cursor that leads in a circle is unparsable.
  [[nodiscard]] Result<bool> turn(const MetaPaging& paging, std::size_t elements);

  [[nodiscard]] bool at_smallest() const { return limit_ == 1; }
  // As many elements on the next page as at first: what made the pages small is over.
  void grow_back() { limit_ = largest_; }
  // Asks for these fields from now on.
  void set_fields(std::string fields);

 private:
  [[nodiscard]] Query query() const;

  const MetaCalls& calls_;
  std::string path_;
  Query parameters_;
  int largest_;
  int limit_;
  int good_in_a_row_ = 0;  // pages answered at this size
  std::string after_;      // the cursor, or what stands for it
  Query rest_{};           // of a list that has no cursors
  std::int64_t pages_ = 0;
  std::string anchor_;  // a cursor seen before, moved up at every power of two of pages
  std::int64_t anchor_page_ = 1;
};

}  // namespace adfill
