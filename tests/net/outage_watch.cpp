#include "net/outage_watch.h"

#include <doctest/doctest.h>

using namespace adfill;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant begin = instant_from_micros(1'772'337'906'000'000);

}  // namespace

TEST_CASE("one account's failures are no outage, until every call has failed for two minutes") {
  OutageWatch watch;
  for (const auto at : {seconds(0), seconds(50), seconds(119)}) {
    CHECK_FALSE(watch.observe_transient("meta", "act_1", begin + at));
  }
  CHECK_FALSE(watch.outage_since("meta"));
  CHECK(watch.observe_transient("meta", "act_1", begin + minutes(2)));
  CHECK(watch.outage_since("meta") == begin);
  CHECK_FALSE(watch.outage_since("other"));
}

TEST_CASE("two accounts' failures are an outage at once, if nobody was answered in between") {
  OutageWatch watch;
  CHECK_FALSE(watch.observe_transient("meta", "act_1", begin));
  CHECK_FALSE(watch.observe_transient("other", "act_2", begin));
  CHECK(watch.observe_transient("meta", "act_2", begin + seconds(1)));

  watch.observe_success("meta");
  CHECK_FALSE(watch.outage_since("meta"));
  for (const auto* account : {"act_1", "act_2", "act_3"}) {
    CHECK_FALSE(watch.observe_transient("meta", account, begin + seconds(100)));
    watch.observe_success("meta");
  }
}

TEST_CASE("a success begins everything anew") {
  OutageWatch watch;
  CHECK_FALSE(watch.observe_transient("meta", "act_1", begin));
  watch.observe_success("meta");
  CHECK_FALSE(watch.observe_transient("meta", "act_1", begin + minutes(2)));
  CHECK_FALSE(watch.observe_transient("meta", "act_1", begin + minutes(3)));
}

TEST_CASE("failures far apart are not two minutes of failures, nor several accounts at once") {
  OutageWatch watch;
  CHECK_FALSE(watch.observe_transient("meta", "act_1", begin));
  CHECK_FALSE(watch.observe_transient("meta", "act_1", begin + minutes(3)));
  CHECK_FALSE(watch.observe_transient("meta", "act_2", begin + minutes(6)));
}

TEST_CASE("an outage lasts until an answer, however seldom is asked") {
  OutageWatch watch;
  CHECK_FALSE(watch.observe_transient("meta", "act_1", begin));
  CHECK(watch.observe_transient("meta", "act_2", begin));
  CHECK(watch.observe_transient("meta", "act_1", begin + std::chrono::hours(5)));
  CHECK(watch.outage_since("meta") == begin);
  watch.observe_success("meta");
  CHECK_FALSE(watch.outage_since("meta"));
}
