// One adfill process of the simulation: the product's own coroutines on a loop that can be killed.
#pragma once

#include "collect/collection_worker.h"
#include "collect/initial_collection.h"
#include "collect/nightly_check.h"
#include "collect/scheduler.h"
#include "platform/meta/meta_connector.h"
#include "support/faulty_store.h"
#include "support/simulated_network.h"
#include "support/virtual_time.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>

#include <memory>
#include <stdexcept>
#include <string>

namespace adfill::simulation {

struct ProcessProfile {
  NetworkProfile network;
  StoreProfile store;
  Duration clock_skew{};
  int chunks_at_once = 4;
};

class Process {
 public:
  Process(std::uint64_t seed, Store& store, Simulator& platform, VirtualTime& time, const ProcessProfile& profile,
          const SecretBox& secrets)
      : random_(seed),
        clock_(time, profile.clock_skew),
        faulty_(store, random_, profile.store),
        network_(platform, clock_, random_, profile.network),
        pool_(faulty_, 0),
        events_(loop_.get_executor()),
        worker_(loop_.get_executor(), pool_, connect(), secrets, clock_, random_, governor_, events_,
                settings(profile)),
        initial_(pool_, connectors_, secrets, clock_, random_, events_, [this] { worker_.wake(); }),
        scheduler_(pool_, connectors_, clock_, events_, [this] { worker_.wake(); }),
        nightly_check_(pool_, connectors_, secrets, clock_, random_, [this] { worker_.wake(); }) {
    boost::asio::co_spawn(loop_, worker_.run(), [this](const std::exception_ptr& error) {
      ended_ = true;
      if (error) error_ = error;
    });
  }
  Process(std::uint64_t, Store&, Simulator&, VirtualTime&, const ProcessProfile&&, const SecretBox&) = delete;  // kept
  ~Process() { loop_.kill(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Runs what can run now; false when nothing could.
  bool poll() {
    loop_.restart();
    const bool ran = loop_.poll() > 0;
    if (error_) std::rethrow_exception(error_);
    return ran;
  }
  // From now on due schedules become jobs and older days are compared, as in a process that serves.
  void start_scheduler() {
    const auto ended = [this](const std::exception_ptr& error) {
      if (error) error_ = error;
    };
    boost::asio::co_spawn(loop_, scheduler_.run(), ended);
    boost::asio::co_spawn(loop_, nightly_check_.run(), ended);
  }
  void stop() {
    boost::asio::post(loop_, [this] { worker_.stop(); });
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] InitialCollection& initial() { return initial_; }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] MortalLoop& loop() { return loop_; }
  [[nodiscard]] const Governor& governor() const { return governor_; }
  [[nodiscard]] const WorkerCounts& counts() const { return worker_.counts(); }

 private:
  Connectors& connect() {
    const PlatformContext context{.http = network_, .clock = clock_, .random = random_, .governor = governor_};
    MetaSettings meta;
    meta.base_url = "https://platform.test";
    connectors_.emplace(Source::meta, make_meta_connector(context, meta));
    return connectors_;
  }
  static WorkerSettings settings(const ProcessProfile& profile) {
    WorkerSettings settings;
    settings.chunks_at_once = profile.chunks_at_once;
    settings.spool_memory = 4096;  // so small that every run writes files
    settings.host = "simulated";
    return settings;
  }

  MortalLoop loop_;
  Random random_;
  VirtualClock clock_;
  FaultyStore faulty_;
  SimulatedNetwork network_;
  Governor governor_;
  StorePool pool_;
  EventHub events_;
  Connectors connectors_;
  CollectionWorker worker_;
  InitialCollection initial_;
  Scheduler scheduler_;
  NightlyCheck nightly_check_;
  bool ended_ = false;
  std::exception_ptr error_;
};

// What the simulator's own endpoints answer (truth, stats, restate, fault).
inline boost::json::value ask(Simulator& platform, const std::string& method, const std::string& path,
                              const std::string& query, const std::string& body = {}) {
  boost::asio::io_context loop;
  HttpRequest request{.method = method, .path = path, .query = query, .body = body};
  HttpResponse answered;
  boost::asio::co_spawn(loop, platform.answer(std::move(request)),
                        [&](const std::exception_ptr& error, const HttpResponse& response) {
                          if (error) std::rethrow_exception(error);
                          answered = response;
                        });
  loop.poll();
  if (answered.status != 200) throw std::runtime_error(path + ": " + answered.body);
  return boost::json::parse(answered.body);
}

}  // namespace adfill::simulation
