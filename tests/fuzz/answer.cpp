// Answers of any status, and the errors in them. The first two bytes are the status.
#include "platform/meta/meta_answer.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace adfill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  HttpAnswer answer;
  answer.status = 200 + (bytes[0] * 256 + bytes[1]) % 400;
  answer.body.assign(reinterpret_cast<const char*>(bytes + 2), size - 2);
  const MetaScopes scopes("act_77", {"meta:app:9"});
  const Instant now = Instant(std::chrono::sys_days(std::chrono::year(2026) / 9 / 15));
  const auto failure = judge_meta_answer(answer, scopes, "tokenABCDEF", now);
  if (!failure) return 0;
  if (failure->message.empty()) std::abort();
  // A closure is never in the past, and never longer than a day.
  if (failure->kind == Failure::Kind::throttled &&
      (!failure->resume_at || *failure->resume_at <= now || *failure->resume_at > now + std::chrono::hours(24)))
    std::abort();
  return 0;
}
