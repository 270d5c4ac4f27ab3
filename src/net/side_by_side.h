// Two coroutines at once, each until its end; what either throws is thrown when both have ended.
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <exception>
#include <tuple>
#include <utility>

namespace adfill {

template <class First, class Second>
boost::asio::awaitable<std::tuple<First, Second>> side_by_side(boost::asio::awaitable<First> first,
                                                               boost::asio::awaitable<Second> second) {
  using boost::asio::experimental::awaitable_operators::operator&&;
  try {
    auto both = std::move(first) && std::move(second);
    co_return co_await std::move(both);
  } catch (const boost::asio::multiple_exceptions& thrown) {
    std::rethrow_exception(thrown.first_exception());  // the other one was cancelled for it
  }
}

}  // namespace adfill
