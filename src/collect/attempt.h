// One attempt at one chunk, from its claim to its end: the days not yet done, slice by slice, from the platform through
// the spool into the store. Whatever goes wrong becomes a Failure; decide() says what follows; the store is told once.
//
// The token is the authority. When the store says it is stale, the attempt ends without a word: somebody else has the
// chunk. When the store can't be reached, nothing can be promised: what is committed is committed, the rest is handed
// back as soon as the store answers.
#pragma once

#include "collect/collection_worker.h"
#include "collect/log.h"
#include "collect/slice_spooler.h"
#include "collect/slices.h"
#include "collect/spool.h"
#include "platform/connector.h"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>

namespace adfill {

// What every attempt of a process works with. All outlive the attempts.
struct AttemptContext {
  StorePool& pool;
  const Connectors& connectors;
  const SecretBox& secrets;
  Clock& clock;
  Random& random;
  EventHub& events;
  WorkerCounts& counts;
  SpoolMemory& spool_memory;
  const WorkerSettings& settings;
};

class Attempt {
 public:
  // Why an attempt is ended from outside, before its coroutine is cancelled.
  enum class EndedBy { nobody, shutdown, lost_token, no_progress };

  Attempt(AttemptContext& context, Claim claim);

  // Works until the chunk is completed, has failed, or is somebody else's. Throws nothing but cancellation it has seen
  // to.
  boost::asio::awaitable<void> run();

  void end(EndedBy reason) { ended_by_ = reason; }
  [[nodiscard]] ChunkToken token() const { return claim_.token; }
  [[nodiscard]] LogAbout about() const;  // for lines of the log
  [[nodiscard]] bool claimed_after(Instant instant) const { return claimed_at_ > instant; }
  [[nodiscard]] Instant last_sign_of_life() const { return last_sign_of_life_; }

 private:
  // What ends the attempt: a failure to be decided about, or nothing to say (the chunk is done, or somebody else's).
  struct Ending {
    std::optional<Failure> failure{};
  };
  boost::asio::awaitable<std::optional<Ending>> guarded_work();
  boost::asio::awaitable<Ending> work();
  boost::asio::awaitable<Ending> work_on_days(Connector& connector, SliceRequest request);
  boost::asio::awaitable<Ending> work_on_creatives(Connector& connector, SliceRequest request);
  boost::asio::awaitable<std::optional<int>> learn_size(SliceSize& size, Slice slice);
  // `instead_of`: what was given up for it.
  boost::asio::awaitable<std::optional<Ending>> collect_slice(Connector& connector, SliceRequest request, Slice slice,
                                                              std::optional<GivenUpSlice> instead_of);
  boost::asio::awaitable<Asked> draw_number(std::optional<GivenUpSlice> instead_of);
  boost::asio::awaitable<std::optional<Ending>> commit(std::shared_ptr<SliceSpooler> spooler, std::vector<Day> days,
                                                       std::int64_t most_rows);
  boost::asio::awaitable<std::array<std::optional<Ending>, 2>> commit_two(std::shared_ptr<SliceSpooler> spooler,
                                                                          std::vector<Day> first,
                                                                          std::vector<Day> second);
  boost::asio::awaitable<std::optional<Ending>> commit_batch(std::shared_ptr<SliceSpooler> spooler,
                                                             std::vector<Day> days);
  boost::asio::awaitable<std::optional<Ending>> commit_days(std::shared_ptr<SliceSpooler> spooler,
                                                            std::vector<Day> days);
  [[nodiscard]] std::optional<Ending> after_commit(const CommitResult& result);
  boost::asio::awaitable<void> settle(Failure failure);
  boost::asio::awaitable<bool> tell_store(Failure failure);
  void record(const Failure& failure, const Verdict& verdict);
  [[nodiscard]] std::string describe() const;
  [[nodiscard]] AttemptFacts facts(bool slice_can_shrink) const;
  void publish(Event::Kind kind) const;

  AttemptContext& context_;
  Claim claim_;
  EndedBy ended_by_ = EndedBy::nobody;
  std::uint32_t jitter_ppm_;
  bool progressed_ = false;
  bool completed_ = false;
  std::optional<Asked> first_number_;  // until the first request takes it
  Instant claimed_at_;
  Instant last_sign_of_life_;
};

}  // namespace adfill
