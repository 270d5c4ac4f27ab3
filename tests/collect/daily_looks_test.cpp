#include "collect/daily_looks.h"

#include "core/random.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace adfill;

namespace {

using Need = PossibleLook::Need;

// What a choice costs less what it is worth; nullopt where it may not be.
std::optional<double> price(const std::vector<PossibleLook>& days, const std::vector<bool>& chosen, double report) {
  double sum = 0;
  for (std::size_t at = 0; at < days.size(); ++at) {
    if (chosen[at] ? days[at].need == Need::never : days[at].need == Need::now) return std::nullopt;
    if (!chosen[at]) continue;
    sum += days[at].pages - (days[at].need == Need::perhaps ? days[at].worth : 0);
    if (at == 0 || !chosen[at - 1]) sum += report;
  }
  return sum;
}

std::vector<PossibleLook> days_of(const std::string& needs, double worth, double pages) {
  std::vector<PossibleLook> days;
  for (const char need : needs) {
    days.push_back({.day = Day(static_cast<std::int32_t>(days.size())),
                    .need = need == '!'   ? Need::now
                            : need == 'o' ? Need::perhaps
                                          : Need::never,
                    .worth = worth,
                    .pages = pages});
  }
  return days;
}

std::string chosen_of(const std::vector<PossibleLook>& days, double report) {
  std::string text(days.size(), '.');
  for (const Day day : choose_looks(days, report)) text[static_cast<std::size_t>(day.number())] = '#';
  return text;
}

}  // namespace

TEST_CASE("a day beside one that is looked at costs its pages only, one apart a report too") {
  CHECK(chosen_of(days_of("oooooo!!", 0.2, 0.1), 4) == "########");
  CHECK(chosen_of(days_of("oooo--!!", 0.2, 0.1), 4) == "......##");
  CHECK(chosen_of(days_of("oooooo!!", 0.1, 0.2), 4) == "......##");
}

TEST_CASE("two runs are joined where the days between cost less than another report") {
  CHECK(chosen_of(days_of("!!oooo!!", 0, 0.5), 4) == "########");
  CHECK(chosen_of(days_of("!!oooo!!", 0, 1.5), 4) == "##....##");
  CHECK(chosen_of(days_of("!!--oo!!", 0, 0.5), 4) == "##....##");
}

TEST_CASE("of all choices the cheapest is taken") {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<PossibleLook> days;
    for (int day = 0; day < 9; ++day) {
      days.push_back({.day = Day(day),
                      .need = random.below(4) == 0   ? Need::now
                              : random.below(5) == 0 ? Need::never
                                                     : Need::perhaps,
                      .worth = random.fraction() * 2,
                      .pages = random.fraction()});
    }
    const double report = random.fraction() * 3;
    std::vector<bool> chosen(days.size());
    for (const Day day : choose_looks(days, report)) chosen[static_cast<std::size_t>(day.number())] = true;
    const auto found = price(days, chosen, report);
    REQUIRE(found);
    for (unsigned choice = 0; choice < 512; ++choice) {
      std::vector<bool> other(days.size());
      for (std::size_t at = 0; at < days.size(); ++at) other[at] = ((choice >> at) & 1U) != 0;
      const auto other_price = price(days, other, report);
      if (other_price) CHECK(*found <= *other_price + 1e-9);
    }
  }
}
