// Reads of single objects and of an account's lists: accounts, campaigns, ad sets, ads, creatives.
#pragma once

#include "core/instant.h"
#include "simulator/meta/graph_error.h"
#include "simulator/meta/graph_request.h"
#include "simulator/meta/insights_page.h"
#include "simulator/world.h"

#include <expected>
#include <string>

namespace adfill::meta {

// The object with the fields asked for; its id is always there. 100 for a field that it has not.
[[nodiscard]] std::expected<std::string, GraphError> write_object(const Object& object, const GraphRequest& request,
                                                                  Instant now);

// A page of the campaigns, ad sets or ads below `node`. Archived ads come only when effective_status or filtering asks
// for them; deleted ones only through filtering by ad.delivery_info, effective_status refuses them (100/1815001).
[[nodiscard]] std::expected<Page, GraphError> write_listing(const Object& node, ObjectKind of,
                                                            const GraphRequest& request, Instant now);

}  // namespace adfill::meta
