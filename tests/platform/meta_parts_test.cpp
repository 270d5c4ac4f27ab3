#include "meta_world.h"

#include <doctest/doctest.h>

#include <set>

// A day that is too large as a whole, put together from parts.
using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

// A Meta of one day whose ads are named by where they are: ad 11xx is in ad set 11, that in campaign 1. Reports of more
// ads than `most` fail; what is asked is read back from the filter.
struct SmallMeta {
  std::set<std::string> ads{"1101", "1102", "1103", "1201", "2101", "3101", "3102"};
  std::size_t most = 2;
  bool fails_in_the_run = false;
  int full_listings = 0;  // lists asked for that are refused as too large
  std::vector<std::set<std::string>> reports{};
  std::vector<std::string> levels{};  // of the reports

  static bool is_below(const std::string& ad, const std::string& part) { return ad.starts_with(part); }

  std::set<std::string> matching(const std::string& filtering) const {
    const auto at = filtering.find(R"(.id","operator":"IN","value":[)");
    if (at == std::string::npos) return ads;
    std::set<std::string> found;
    auto rest = filtering.substr(filtering.find('[', at) + 1);
    rest = rest.substr(0, rest.find(']'));
    for (std::size_t begin = 0; (begin = rest.find('"', begin)) != std::string::npos;) {
      const auto end = rest.find('"', begin + 1);
      for (const auto& ad : ads) {
        if (is_below(ad, rest.substr(begin + 1, end - begin - 1))) found.insert(ad);
      }
      begin = end + 1;
    }
    return found;
  }

  Answer answer_to(const HttpCall& call) {
    const auto question = call.url.find('?');
    const auto text = call.method == "POST"           ? call.body
                      : question == std::string::npos ? ""
                                                      : call.url.substr(question + 1);
    std::string filtering, level;
    for (const auto& [name, value] : parse_query(text)) {
      if (name == "filtering") filtering = value;
      if (name == "level") level = value;
    }
    if (call.method == "POST") return start(filtering, level);
    const auto path = call.url.substr(call.url.find("v26.0/") + 6);
    if (path.starts_with("act_77/insights"))
      return level == "account" ? answer(200, R"({"data":[]})") : list(filtering, level);
    const auto number = static_cast<std::size_t>(std::stoul(path)) - 900;
    if (!path.contains("/insights")) {
      const bool failed = fails_in_the_run && levels[number] == "ad" && reports[number].size() > most;
      return answer(200, failed ? status_of("Job Failed", 0, R"(,"error_code":100,"error_subcode":1487534)")
                                : status_of("Job Completed", 100));
    }
    if (levels[number] != "ad") return answer(200, ids_page(reports[number], levels[number]));
    std::string rows;
    for (const auto& ad : reports[number]) rows += (rows.empty() ? "" : ",") + ad_row(ad);
    return answer(200, page_of(rows));
  }

  Answer start(const std::string& filtering, const std::string& level) {
    auto asked = matching(filtering);
    const bool too_large = level == "ad" && asked.size() > most;
    if (!fails_in_the_run && too_large) return answer(400, refusal(100, 1487534));
    reports.push_back(std::move(asked));
    levels.push_back(level);
    return answer(200, R"({"report_run_id":")" + std::to_string(900 + reports.size() - 1) + "\"}");
  }

  Answer list(const std::string& filtering, const std::string& level) {
    if (full_listings-- > 0) return answer(400, refusal(100, 1487534));
    return answer(200, ids_page(matching(filtering), level));
  }

  static std::string ids_page(const std::set<std::string>& below, const std::string& level) {
    const std::size_t digits = level == "campaign" ? 1 : level == "adset" ? 2 : 4;
    std::set<std::string> ids;
    for (const auto& ad : below) ids.insert(ad.substr(0, digits));
    std::string rows;
    for (const auto& id : ids)
      rows.append(rows.empty() ? "" : ",").append(R"({")" + level + R"(_id":")" + id + R"("})");
    return page_of(rows);
  }
};

struct PartsWorld : MetaWorld {
  SmallMeta meta;

  PartsWorld() {
    http.otherwise = [this](const HttpCall& call) { return meta.answer_to(call); };
  }
  Result<void> collect_in(DayPart part) {
    auto asked = request(CollectionType::ads, august(1, 1));
    asked.part = part;
    return collect(asked);
  }
  std::multiset<std::string> ads() const {
    std::multiset<std::string> ids;
    for (const auto& row : sink.ad_rows) ids.insert(row.ad_id);
    return ids;
  }
  std::multiset<std::string> all() const { return {meta.ads.begin(), meta.ads.end()}; }
};

}  // namespace

TEST_CASE("a day in parts is every ad exactly once, whichever level the parts have to go down to") {
  for (const std::size_t most : {1, 2, 3, 4, 7}) {
    for (const bool in_the_run : {false, true}) {
      for (const auto part : {DayPart::campaigns, DayPart::ad_sets, DayPart::ads}) {
        CAPTURE(most);
        CAPTURE(in_the_run);
        CAPTURE(static_cast<int>(part));
        PartsWorld world;
        world.meta.most = most;
        world.meta.fails_in_the_run = in_the_run;
        REQUIRE(world.collect_in(part));
        CHECK(world.ads() == world.all());
      }
    }
  }
}

TEST_CASE("parts ask for every status, for the ads of the part, and only a part that is too large is divided") {
  PartsWorld world;
  world.meta.most = 3;
  REQUIRE(world.collect_in(DayPart::campaigns));
  CHECK(world.parameter(0, "level") == "campaign");
  CHECK(world.parameter(0, "fields") == "campaign_id,impressions");
  CHECK(world.parameter(0, "filtering").contains("\"DELETED\""));
  CHECK(world.parameter(1, "filtering").contains(R"({"field":"campaign.id","operator":"IN","value":["1"]})"));
  CHECK(world.parameter(1, "filtering").contains("\"ARCHIVED\""));
  CHECK(world.parameter(1, "level") == "ad");
  // Campaign 1 has four ads: its ad sets are asked for. Campaigns 2 and 3 together have three.
  CHECK(world.parameter(2, "level") == "adset");
  CHECK(world.parameter(2, "filtering") == world.parameter(1, "filtering"));
  const std::vector<std::set<std::string>> reports{{"1101", "1102", "1103"}, {"1201"}, {"2101", "3101", "3102"}};
  CHECK(world.meta.reports == reports);
}

TEST_CASE("a report of a part is nobody's to pick up, and the account's totals are asked for once") {
  PartsWorld world;
  REQUIRE(world.collect_in(DayPart::campaigns));
  CHECK(world.sink.started.empty());
  CHECK(world.sink.lost.empty());
  int totals = 0;
  for (const auto& level : world.parameters("level")) totals += level == "account" ? 1 : 0;
  CHECK(totals == 1);
}

TEST_CASE("a list of parts that is too large to be answered at once is asked for as a report") {
  PartsWorld world;
  world.meta.full_listings = 10;
  REQUIRE(world.collect_in(DayPart::campaigns));
  CHECK(world.ads() == world.all());
  CHECK(world.meta.levels.front() == "campaign");
}

TEST_CASE("a single ad that is too large ends the day as too large") {
  PartsWorld world;
  world.meta.most = 0;
  const auto collected = world.collect_in(DayPart::campaigns);
  REQUIRE_FALSE(collected);
  CHECK(collected.error().kind == Kind::too_large);
  CHECK(world.sink.ad_rows.empty());
}

TEST_CASE("a day without figures has no parts and is complete") {
  PartsWorld world;
  world.meta.ads.clear();
  REQUIRE(world.collect_in(DayPart::campaigns));
  CHECK(world.sink.ad_rows.empty());
}

TEST_CASE("a list of parts that can't be read is never taken for a short one") {
  for (const auto* body :
       {R"({})", R"({"data":[{"impressions":"1"}]})", R"({"data":[7]})", R"({"data":[{"campaign_id":"x"}]})"}) {
    CAPTURE(body);
    MetaWorld world;
    world.then(body);
    auto asked = world.request(CollectionType::ads, august(1, 1));
    asked.part = DayPart::campaigns;
    const auto collected = world.collect(asked);
    REQUIRE_FALSE(collected);
    CHECK(collected.error().kind == Kind::unparsable);
  }
}
