#include "collect/retention.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration look_every = std::chrono::hours(1);
// Between two small transactions others have their turn.
constexpr Duration pause = std::chrono::milliseconds(200);

}  // namespace

asio::awaitable<void> Retention::run() {
  bool told = false;  // a store that stays away is one line of the log
  while (true) {
    try {
      const Pruned pruned = co_await prune();
      told = false;
      if (pruned.changes + pruned.jobs > 0) {
        spdlog::info("older than is kept: {} changes of days and {} finished jobs are gone", pruned.changes,
                     pruned.jobs);
      }
    } catch (const boost::system::system_error& thrown) {
      if (thrown.code() == asio::error::operation_aborted) throw;
      spdlog::critical("cannot take away what is old: {}", thrown.what());
    } catch (const std::exception& thrown) {
      if (!std::exchange(told, true)) spdlog::error("cannot take away what is old: {}", thrown.what());
    }
    co_await clock_.sleep_until(clock_.now() + look_every);
  }
}

asio::awaitable<Pruned> Retention::prune() {
  Pruned all;
  while (true) {
    auto work = [rules = rules_](Store& store) { return store.prune(rules); };
    const Pruned some = co_await pool_.run(std::move(work));
    all.changes += some.changes;
    all.jobs += some.jobs;
    if (!some.more) co_return all;
    co_await clock_.sleep_until(clock_.now() + pause);
  }
}

}  // namespace adfill
