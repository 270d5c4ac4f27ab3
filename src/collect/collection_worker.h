// The worker of this process: claims released chunks, works on up to `chunks_at_once` of them, heartbeats, sweeps, and
// hands everything back when it is stopped. One a process. What happens to one chunk is in attempt.h.
#pragma once

#include "collect/events.h"
#include "collect/initial_collection.h"
#include "collect/store_pool.h"
#include "core/verdict.h"
#include "net/clock.h"
#include "net/governor.h"
#include "net/secrets.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace adfill {

struct WorkerSettings {
  int chunks_at_once = 64;
  Duration lease = std::chrono::seconds(60);
  RetryRule retry{};
  std::filesystem::path spool_directory{};  // for what memory doesn't hold; the system's temporary folder unless set
  std::size_t spool_memory = std::size_t{2} << 20;  // of all attempts together, in bytes
  std::string host{};
  int process_id = 0;
};

// Counted since the start of the process, for /metrics.
struct WorkerCounts {
  std::int64_t chunks_claimed = 0;
  std::int64_t chunks_completed = 0;
  std::int64_t chunks_failed = 0;
  std::int64_t chunks_retried = 0;
  std::int64_t days_committed = 0;
  std::int64_t rows_committed = 0;
  std::int64_t leases_lost = 0;
  std::map<std::string, std::int64_t> failures{};  // by kind
  int working_now = 0;
};

class CollectionWorker {
 public:
  // All outlive it.
  CollectionWorker(boost::asio::any_io_executor executor, StorePool& pool, const Connectors& connectors,
                   const SecretBox& secrets, Clock& clock, Random& random, Governor& governor, EventHub& events,
                   WorkerSettings settings);
  ~CollectionWorker();

  // Works until stop(); on SQLite first waits until no other process works on the file. Returns when all is handed
  // back.
  boost::asio::awaitable<void> run();
  // Claims no more, ends the attempts; run() then returns soon. Called from within the loop.
  void stop();
  // There may be something to claim.
  void wake();
  [[nodiscard]] const WorkerCounts& counts() const;
  [[nodiscard]] WorkerId id() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace adfill
