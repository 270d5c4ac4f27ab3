// The queue as one token may see it: leases and scopes' names are for admins, counts are of its own advertisers'
// chunks.
#pragma once

#include "api/access.h"
#include "store/store.h"

namespace adfill {

// For a token limited to some advertisers the chunks are counted from its jobs; `released` is then what workers hold or
// what is due at a known time.
[[nodiscard]] QueueRecord visible_queue(Store& store, const Access& access);

}  // namespace adfill
