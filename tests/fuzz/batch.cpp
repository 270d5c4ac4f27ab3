// Answers to a batch, and what is made of a part of them.
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_batch.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace adfill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(bytes), size);
  const auto parts = parse_batch(body, 2);
  if (!parts) return 0;
  if (parts->size() != 2) std::abort();
  const MetaScopes scopes("act_77", {});
  for (const auto& part : *parts) {
    if (!part) continue;
    if (part->status < 100 || part->status > 599) std::abort();
    (void)judge_meta_answer(*part, scopes, "token", Instant());
  }
  return 0;
}
