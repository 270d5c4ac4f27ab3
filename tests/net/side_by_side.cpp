#include "net/side_by_side.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <exception>
#include <stdexcept>
#include <string>

using namespace adfill;
using boost::asio::awaitable;

namespace {

awaitable<int> pass(std::string& order, char name, int value) {
  auto executor = co_await boost::asio::this_coro::executor;
  order += name;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
  order += name;
  co_return value;
}

awaitable<int> fail(const char* words) {
  auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
  throw std::runtime_error(words);
}

}  // namespace

TEST_CASE("two go side by side, and both answers are there") {
  boost::asio::io_context io;
  std::string order;
  std::tuple<int, int> answers;
  boost::asio::co_spawn(io, side_by_side(pass(order, 'a', 1), pass(order, 'b', 2)),
                        [&](const std::exception_ptr&, std::tuple<int, int> given) { answers = given; });
  io.run();
  CHECK(answers == std::tuple(1, 2));
  CHECK(order == "abab");
}

TEST_CASE("what both throw is told as what the first one threw") {
  boost::asio::io_context io;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, side_by_side(fail("the first"), fail("the second")),
                        [&](std::exception_ptr error, std::tuple<int, int>) { thrown = std::move(error); });
  io.run();
  REQUIRE(thrown);
  CHECK_THROWS_WITH_AS(std::rethrow_exception(thrown), "the first", std::runtime_error);
}
