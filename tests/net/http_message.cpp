#include "net/http_message.h"

#include <doctest/doctest.h>

using namespace adfill;

TEST_CASE("a header is found by its name in lower case, the first of several") {
  const Headers headers{{"content-type", "text/plain"}, {"set-cookie", "a"}, {"set-cookie", "b"}, {"x-empty", ""}};
  CHECK(find_header(headers, "content-type") == "text/plain");
  CHECK(find_header(headers, "set-cookie") == "a");
  CHECK(find_header(headers, "x-empty") == "");
  CHECK_FALSE(find_header(headers, "x-missing"));
}

TEST_CASE("a query is read with its escapes, in its order and with its repetitions") {
  const Query expected{{"since", "2024-01-01"}, {"name", "a b&c=d"}, {"name", "한국"}, {"flag", ""}, {"", "x"}};
  CHECK(parse_query("since=2024-01-01&name=a+b%26c%3Dd&name=%ed%95%9c%EA%B5%AD&&flag&=x") == expected);
  CHECK(parse_query("").empty());
  CHECK(parse_query("&&").empty());
}

TEST_CASE("what is not well encoded stays as it came") {
  const Query expected{{"a", "100%"}, {"b", "%zz"}, {"c", "%4"}, {"d", "%"}, {"e", "x=y"}};
  CHECK(parse_query("a=100%&b=%zz&c=%4&d=%&e=x=y") == expected);
}

TEST_CASE("all bytes but the unreserved ones are percent-encoded") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode("a b&c=d/é+%") == "a%20b%26c%3Dd%2F%C3%A9%2B%25");
}

TEST_CASE("every query is read back from its encoding") {
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
  const Query query{{"time_range", R"({"since":"2024-01-01","until":"2024-03-30"})"},
                    {all_bytes, all_bytes},
                    {"empty", ""},
                    {"empty", "again"}};
  CHECK(parse_query(encode_query(query)) == query);
  const Query none;
  CHECK(encode_query(none).empty());
}
