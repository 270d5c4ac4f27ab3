// Rows a second from pages of insights in memory to AdRows, against bare simdjson (on-demand) that walks the same bytes
// and looks at each value once. Both in the same process, in turns; medians. Prints a line of JSON, a summary on
// standard error.   bench_parse [rows a page] [pages] [rounds]
#include "platform/meta/meta_rows.h"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

using namespace adfill;

namespace {

std::string row_text(int number) {
  const auto digits = std::to_string(100000 + number);
  const auto action = [&](const char* type, int value) {
    return std::string(R"({"action_type":")") + type + R"(","value":")" + std::to_string(value) +
           R"(","1d_view":"1","7d_click":")" + std::to_string(value - 1) + "\"}";
  };
  return R"({"account_id":"1234567890","campaign_id":"120210000000)" + digits + R"(","campaign_name":"봄 세일 )" +
         std::to_string(number % 20) + R"(","adset_id":"120220000000)" + digits +
         R"(","adset_name":"KR 25-34 retargeting","ad_id":"120230000000)" + digits + R"(","ad_name":"Video )" + digits +
         R"( \u2014 square","impressions":"48211","clicks":"612","spend":"184500.5","reach":"31790",)" +
         R"("frequency":"1.516546","cpc":"301.470588","ctr":"1.269420","account_currency":"KRW",)" +
         R"("attribution_setting":"7d_click_1d_view","inline_link_clicks":"540","actions":[)" +
         action("link_click", 540) + "," + action("omni_purchase", 12) + "," + action("purchase", 12) + "," +
         action("offsite_conversion.fb_pixel_purchase", 12) + "," + action("page_engagement", 900) + "," +
         action("post_engagement", 800) + "," + action("video_view", 3000) + R"(],"action_values":[)" +
         action("omni_purchase", 613200) + "," + action("purchase", 613200) +
         R"(],"date_start":"2026-08-01","date_stop":"2026-08-01"})";
}

std::string page_text(int rows) {
  std::string page = R"({"data":[)";
  for (int row = 0; row < rows; ++row) page.append(row == 0 ? "" : ",").append(row_text(row));
  page += R"(],"paging":{"cursors":{"before":"MAZDZD","after":"MjQZD"}}})";
  page.reserve(page.size() + simdjson::SIMDJSON_PADDING);
  return page;
}

// Every key and every value is looked at once; a sum of lengths keeps the compiler honest.
std::size_t walk(simdjson::ondemand::value value) {
  std::size_t sum = 0;
  switch (value.type()) {
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        sum += field.unescaped_key().value_unsafe().size();
        sum += walk(field.value());
      }
      break;
    case simdjson::ondemand::json_type::array:
      for (auto element : value.get_array()) sum += walk(element.value_unsafe());
      break;
    case simdjson::ondemand::json_type::string:
      sum += value.get_string().value_unsafe().size();
      break;
    default:
      sum += value.raw_json_token().size();
  }
  return sum;
}

std::size_t walk_page(simdjson::ondemand::parser& parser, std::string& page) {
  auto document = parser.iterate(page.data(), page.size(), page.capacity());
  return walk(document.get_value().value_unsafe());
}

template <class Work>
double seconds_of(Work work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int count, char** words) {
  const auto number = [&](int index, int otherwise) { return count > index ? std::atoi(words[index]) : otherwise; };
  const int rows = number(1, 500);
  const int pages = number(2, 200);
  const int rounds = number(3, 7);
  auto page = page_text(rows);
  const MetaSlice slice{.account_number = "1234567890", .currency = "KRW", .range = {Day(2026, 8, 1), Day(2026, 8, 1)}};
  std::vector<double> ours;
  std::vector<double> bare;
  std::size_t sum = 0;
  simdjson::ondemand::parser parser;
  for (int round = 0; round < rounds; ++round) {
    ours.push_back(seconds_of([&] {
      for (int turn = 0; turn < pages; ++turn) {
        const auto parsed = parse_insights<AdRow>(page, slice);
        if (!parsed || parsed->rows.size() != static_cast<std::size_t>(rows)) std::abort();
        sum += parsed->rows.size();
      }
    }));
    bare.push_back(seconds_of([&] {
      for (int turn = 0; turn < pages; ++turn) sum += walk_page(parser, page);
    }));
  }
  const double all = static_cast<double>(rows) * pages;
  const double ratio = median(bare) / median(ours);
  std::cerr << static_cast<long>(all / median(ours)) << " rows/s, bare simdjson "
            << static_cast<long>(all / median(bare)) << " rows/s, " << page.size() / static_cast<std::size_t>(rows)
            << " bytes a row (" << sum << ")\n";
  std::cout << "{\"bench\":\"parse\",\"rows_per_second\":" << static_cast<long>(all / median(ours))
            << ",\"rows_per_second_bare_simdjson\":" << static_cast<long>(all / median(bare)) << ",\"ratio\":" << ratio
            << "}\n";
  return 0;
}
