// All that attempts need to know of the chunks that a claim has taken, read for all of them at once.
#pragma once

#include "store/claim.h"
#include "store/postgres/transaction.h"

#include <string>
#include <vector>

namespace adfill::postgres {

// A chunk with its new token.
struct TakenChunk {
  ChunkId chunk;
  IntegrationId integration;
  ChunkToken token;
};

struct ReadClaim {
  Claim claim{};
  bool was_tried = false;    // before this claim
  std::string unreadable{};  // not empty: somebody put a value in that can't be read, and these are the words for it
};

// In the order of `taken`.
[[nodiscard]] std::vector<ReadClaim> read_claims(Transaction& transaction, const std::vector<TakenChunk>& taken);

}  // namespace adfill::postgres
