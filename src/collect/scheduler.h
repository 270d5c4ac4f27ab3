// Turns due schedules into daily jobs, and asks again a little later. There is no leader: any number of processes may
// run one, since a due time becomes a job once in the store. What fell due while nobody ran is one due time, not many.
#pragma once

#include "collect/daily_plan.h"
#include "collect/events.h"
#include "collect/initial_collection.h"
#include "collect/store_pool.h"
#include "net/clock.h"
#include "platform/connector.h"
#include "store/store.h"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace adfill {

// The schedules that a new integration gets: one for each type that its source has, at the source's usual time.
[[nodiscard]] std::vector<NewSchedule> default_schedules(const Connector& connector, const std::string& time_zone,
                                                         Instant now);

class Scheduler {
 public:
  // All outlive it. `wake` sets the workers of this process going.
  Scheduler(StorePool& pool, const Connectors& connectors, Clock& clock, EventHub& events, std::function<void()> wake);

  // Until it is cancelled.
  boost::asio::awaitable<void> run();
  // Makes the jobs of all that is due now; how many schedules that were. Throws StoreUnavailable.
  boost::asio::awaitable<int> tick();
  // The daily job of a schedule now, with all of the restatement window. One that is open already is returned.
  boost::asio::awaitable<std::expected<EnqueuedJobs, Refusal>> run_now(ScheduleId schedule, std::string who);
  // Changes it; a new expression or zone is due next at its own time. Resumed, it is due next in the future.
  boost::asio::awaitable<std::expected<ScheduleRecord, Refusal>> change(ScheduleId schedule, ScheduleChange change,
                                                                        std::string who);

 private:
  boost::asio::awaitable<bool> run_due(ScheduleRecord due, Instant now);
  [[nodiscard]] std::optional<DailyRules> rules_of(const ScheduleRecord& schedule, Instant now) const;
  void announce(const ScheduleRecord& schedule, const std::vector<JobRecord>& jobs);

  StorePool& pool_;
  const Connectors& connectors_;
  Clock& clock_;
  EventHub& events_;
  std::function<void()> wake_;
};

}  // namespace adfill
