#include "core/text_patch.h"
#include "store/past_day.h"

#include <doctest/doctest.h>

using namespace adfill;

namespace {

const Day day(2026, 3, 1);

PastDay<AdRow> stored_with(const std::string& details) {
  PastDay<AdRow> past(day);
  AdRow row;
  row.campaign_ad_id = "c:a";
  row.details = details;
  past.add(row, "KRW", hash_of(details));
  return past;
}

// What a commit kept when it changed the details from `older` to `newer`.
RowChange change_of(const std::string& older, const std::string& newer) {
  RowChange change;
  change.key = "c:a";
  change.kind = RowChange::Kind::changed;
  change.details = make_patch(newer, older);
  change.details_hash = hash_of(older);
  return change;
}

}  // namespace

TEST_CASE("details that changed are made again from those that are stored") {
  const std::string older = R"({"cpm":1,"name":"spring"})";
  const std::string newer = R"({"cpm":2,"name":"spring"})";
  auto past = stored_with(newer);
  CHECK(past.take_back(change_of(older, newer)));
  CHECK(past.rows().at("c:a").row.details == older);
}

TEST_CASE("a patch is not taken for details that it was not made for") {
  const std::string older = R"({"cpm":1,"name":"spring"})";
  const std::string newer = R"({"cpm":2,"name":"spring"})";
  auto past = stored_with(R"({"cpm":2,"name":"summer"})");
  CHECK_FALSE(past.take_back(change_of(older, newer)));
}
