// What a poll of a report tells, and the answer to its creation.
#include "platform/meta/meta_ids.h"
#include "platform/meta/meta_report_status.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace adfill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(bytes), size);
  const auto status = parse_report_status(body);
  if (status && status->percent && (*status->percent < 0 || *status->percent > 100)) std::abort();
  const auto id = parse_report_id(body);
  if (id && !is_report_id(*id)) std::abort();
  return 0;
}
