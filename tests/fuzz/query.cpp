// Query strings, forms, and the cursor in a `next` URL.
#include "net/http_message.h"
#include "platform/meta/meta_pages.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace adfill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto query = parse_query(text);
  // What was read is read again from what it is written as.
  if (parse_query(encode_query(query)) != query) std::abort();
  (void)query_in(text);
  return 0;
}
