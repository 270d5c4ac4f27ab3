// The queue as one token may see it: leases and scopes' names are for admins, counts are of its own advertisers'
// chunks.
#pragma once

#include "api/access.h"
#include "store/store.h"

#include <optional>

namespace adfill {

// For a token limited to some advertisers the chunks are counted from its jobs; `released` is then what workers hold or
// what is due at a known time.
[[nodiscard]] QueueRecord visible_queue(Store& store, const Access& access);

struct WaitingChunk {
  JobRecord job;
  ChunkRecord chunk;
};
// The first pending chunk of the oldest job that has one, of those that this token may see.
[[nodiscard]] std::optional<WaitingChunk> oldest_waiting_chunk(Store& store, const Access& access);

}  // namespace adfill
