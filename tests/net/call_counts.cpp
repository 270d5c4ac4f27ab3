#include "net/call_counts.h"

#include <doctest/doctest.h>

using namespace adfill;

namespace {

Failure with_code(std::string code) {
  Failure failure(Failure::Kind::permanent, "no");
  failure.code = std::move(code);
  return failure;
}

std::int64_t counted(const CallCounts& counts, const std::string& source, const std::string& code) {
  const auto found = counts.all().find({source, code});
  return found == counts.all().end() ? 0 : found->second;
}

}  // namespace

TEST_CASE("a call is named by the platform's code, else by its status, else by what was wrong with it") {
  CHECK(call_code(200, std::nullopt) == "ok");
  CHECK(call_code(400, with_code("17")) == "17");
  CHECK(call_code(400, with_code("190/463")) == "190");
  CHECK(call_code(502, with_code("")) == "http_502");
  CHECK(call_code(200, Failure(Failure::Kind::unparsable, "no JSON")) == "unparsable");
  // Words of others are no code, however they come.
  CHECK(call_code(400, with_code("act_77")) == "http_400");
  CHECK(call_code(400, with_code("12345678901234567890")) == "http_400");
}

TEST_CASE("a platform that answers with ever new codes makes forty of them, and one for the rest") {
  CallCounts counts;
  for (int code = 0; code < 100; ++code) counts.count("meta", std::to_string(code));
  counts.count("meta", "ok");
  counts.count("meta", "network");
  counts.count("meta", "7");
  counts.count("naver", "50");
  CHECK(counted(counts, "meta", "7") == 2);
  CHECK(counted(counts, "meta", "40") == 0);
  CHECK(counted(counts, "meta", "other") == 60);
  CHECK(counted(counts, "meta", "ok") == 1);
  CHECK(counted(counts, "meta", "network") == 1);
  CHECK(counted(counts, "naver", "50") == 1);
  CHECK(counts.all().size() == CallCounts::most_codes + 4);
}
