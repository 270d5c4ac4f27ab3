// A year of mornings on virtual time: the platform changes figures every day, schedules fall due, and things go wrong
// for days on end. A process lives for some minutes each morning; what is between is slept through.
#pragma once

#include "simulation/process.h"
#include "store/sqlite/sqlite_store.h"

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace adfill::simulation {

class Year {
 public:
  explicit Year(std::uint64_t seed);
  ~Year();

  // The account with two months of history, collected.
  void add_account();
  // One morning: the platform restates, then a process runs until all is collected, at most ten minutes.
  void live_morning();
  // Nobody collects for so long; the platform goes on restating.
  void be_off(int days);
  // All calls to the platform are lost from now on, or get through again.
  void lose_network(bool lost) { profile_.network.unreachable = lost ? 1 : 0; }
  // The platform corrects a day that it had called final long ago.
  void restate_day_of_age(int days);
  void expire_token();
  void renew_token();

  // Days whose stored figures are not the platform's, of all that were to be collected.
  [[nodiscard]] int wrong_days(CollectionType type);
  // Calls to the platform since the account was collected first.
  [[nodiscard]] std::int64_t calls();
  [[nodiscard]] IntegrationRecord integration();

 private:
  void restate();
  void restate(Day day, int percent);
  void sleep_until_morning();
  void run_process(Duration at_most);
  void step();
  template <class Value>
  Value run(boost::asio::awaitable<Value> task);
  [[nodiscard]] bool all_jobs_final();

  Random random_;
  VirtualTime time_;
  VirtualClock clock_;
  ProcessProfile profile_{};
  SimulatorSettings platform_settings_{};
  SecretBox secrets_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Simulator> platform_;
  std::unique_ptr<Process> process_;
  IntegrationId account_;
  Day first_day_;
  std::int64_t calls_before_ = 0;
};

}  // namespace adfill::simulation
