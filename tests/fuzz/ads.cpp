// Pages of ads with their creatives.
#include "platform/meta/meta_creatives.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace adfill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(bytes), size);
  const auto page = parse_ads(body);
  if (!page) return 0;
  for (const auto& row : page->rows) {
    if (row.ad_id.empty() || row.details.empty()) std::abort();
  }
  return 0;
}
