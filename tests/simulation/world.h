// A world made from one seed: a platform, a store, processes that die and come back, and users who change their minds.
// Two phases: with faults, where nothing may ever be wrong; then without, where everything must come to its end.
#pragma once

#include "simulation/process.h"
#include "store/sqlite/sqlite_store.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace adfill::simulation {

// Swarm: each run switches some faults off altogether and makes others likely.
struct Profile {
  ProcessProfile process;
  SimulatorSettings platform;
  double crash = 0;            // a step: a process is killed, another starts later
  double graceful_stop = 0;    // a step: a process is asked to end
  double second_process = 0;   // a step: one more starts beside it
  double restatement = 0;      // a step: the platform changes figures
  double overlapping_job = 0;  // a step: a user asks for days that are being collected
  double cancel = 0;
  double retry = 0;
  double time_jump = 0;  // a step: nothing runs for an hour (the machine sleeps)

  [[nodiscard]] static Profile draw(Random& random);
};

class World {
 public:
  explicit World(std::uint64_t seed, bool trace = false);
  ~World();

  // Throws std::runtime_error that says what is wrong, and when.
  void run();
  // A hash of everything that happened: the same for the same seed.
  [[nodiscard]] std::uint64_t history() const { return history_; }

 private:
  void set_up();
  void live_with_faults();
  void come_to_rest();
  void collect_everything_once_more();
  void step();
  void act();
  void start_process();
  bool run_until_idle();
  [[nodiscard]] bool all_jobs_final();
  void wait_for_jobs(Duration at_most, const std::string& what);
  void request_range(IntegrationId integration, DayRange range, std::vector<CollectionType> types);
  void note(const std::string& what);
  void check_invariants();
  void check_job(const JobRecord& job);
  void check_coverage(const IntegrationRecord& integration, CollectionType type);
  void check_against_platform(const IntegrationRecord& integration, CollectionType type);
  void expect(bool holds, const std::string& what);
  std::string ask_platform(const std::string& method, const std::string& path, const std::string& query,
                           const std::string& body = {});

  std::uint64_t seed_;
  bool trace_;
  Random random_;
  VirtualTime time_;
  VirtualClock clock_;
  Profile profile_;
  SecretBox secrets_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Simulator> platform_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::vector<IntegrationId> integrations_;
  DayRange history_range_;
  std::map<std::tuple<IntegrationId, CollectionType, Day>, Asked> newest_;
  std::uint64_t history_ = 1469598103934665603ULL;
};

}  // namespace adfill::simulation
