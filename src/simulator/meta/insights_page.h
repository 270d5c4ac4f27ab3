// A page of insights as JSON.
#pragma once

#include "simulator/meta/cursor.h"
#include "simulator/meta/graph_error.h"
#include "simulator/meta/graph_request.h"
#include "simulator/meta/insights_query.h"

#include <expected>
#include <string>

namespace adfill::meta {

struct Page {
  std::string body;
  std::int64_t rows = 0;
};

// The page that `after` and `limit` of the request ask for, with paging.next in the request's own words where more
// follows. Error: 2642 for a cursor that is none.
[[nodiscard]] std::expected<Page, GraphError> write_insights_page(const GraphRequest& request, const Account& account,
                                                                  const InsightsQuery& query, Day yesterday);

// `"paging":{"cursors":…,"next":…}` of any listing; `more`: another page follows `after`.
void append_paging(std::string& out, const GraphRequest& request, const std::string& before, const std::string& after,
                   bool more);
// The `after` of a request, {} where it has none; 2642.
[[nodiscard]] std::expected<Cursor, GraphError> asked_cursor(const GraphRequest& request);

}  // namespace adfill::meta
