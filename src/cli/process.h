// The composition root: everything a command works with, made once, in the order in which it depends on each other.
// Belongs to the main thread, which runs the loop.
#pragma once

#include "collect/account_offers.h"
#include "collect/alert_watch.h"
#include "collect/collection_worker.h"
#include "collect/events.h"
#include "collect/initial_collection.h"
#include "collect/nightly_check.h"
#include "collect/retention.h"
#include "collect/scheduler.h"
#include "collect/store_pool.h"
#include "core/random.h"
#include "net/clock.h"
#include "net/governor.h"
#include "net/http_client.h"
#include "net/secrets.h"
#include "platform/notices.h"
#include "settings.h"
#include "store/postgres/wake_ups.h"
#include "store/store.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace adfill {

// must_exist: the command only makes sense where a database is; it is refused, and no file is made.
enum class Database { create_or_update, must_exist };

// Runs the loop until `task` has ended and gives its value or its exception.
template <class Value>
Value run_on(boost::asio::io_context& loop, boost::asio::awaitable<Value> task) {
  std::exception_ptr error;
  std::optional<Value> value;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, Value result) {
    error = std::move(thrown);
    if (!error) value.emplace(std::move(result));
    loop.stop();
  });
  loop.restart();
  loop.run();
  if (error) std::rethrow_exception(error);
  return std::move(*value);
}

class Process {
 public:
  // Opens the database and brings its schema up to date, or checks that it is. Makes a key where none is, unless the
  // database holds credentials: they were sealed with one that is missing. Throws CommandError.
  // `loop` null: one of its own.
  Process(Settings given, Database database, std::shared_ptr<boost::asio::io_context> loop = nullptr);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // For commands that use credentials: throws CommandError when there are some and the key opens none of them. It opens
  // some while a lost key's credentials are being replaced one by one.
  void check_key();

  [[nodiscard]] Settings& settings() { return settings_; }
  [[nodiscard]] boost::asio::io_context& loop() { return *loop_; }
  [[nodiscard]] Clock& clock() { return *clock_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] Governor& governor() { return governor_; }
  [[nodiscard]] HttpClient& http() { return *http_; }
  [[nodiscard]] Store& store() { return *store_; }  // blocking: for commands without other work on the loop
  [[nodiscard]] StorePool& pool() { return pool_.value(); }
  [[nodiscard]] const SecretBox& secrets() const { return *secrets_; }
  [[nodiscard]] const Connectors& connectors() const { return connectors_; }
  [[nodiscard]] EventHub& events() { return events_; }
  [[nodiscard]] InitialCollection& initial_collection() { return *initial_collection_; }
  [[nodiscard]] Scheduler& scheduler() { return *scheduler_; }
  // There may be something to claim: for the worker here, and those on other machines.
  void wake();
  // For the worker here alone: the others have heard.
  void wake_here();
  [[nodiscard]] AlertWatch& alert_watch() { return *alert_watch_; }
  [[nodiscard]] Retention& retention() { return *retention_; }
  [[nodiscard]] NightlyCheck& nightly_check() { return *nightly_check_; }
  [[nodiscard]] AccountOffers& account_offers() { return *account_offers_; }
  // Made at the first call; `run()` is the caller's.
  [[nodiscard]] CollectionWorker& worker();

 private:
  void share_wake_ups();

  Settings settings_;
  std::shared_ptr<boost::asio::io_context> loop_;
  std::unique_ptr<Clock> clock_;
  Random random_;
  Random store_random_;  // the store draws on its own threads
  Governor governor_{};
  Notices notices_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<SecretBox> secrets_;
  Connectors connectors_{};
  std::unique_ptr<Store> store_;
  std::optional<StorePool> pool_;
  EventHub events_;
  std::unique_ptr<CollectionWorker> worker_;
  std::unique_ptr<InitialCollection> initial_collection_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<WakeUps> wake_ups_;  // PostgreSQL only; its thread ends before what it wakes
  std::unique_ptr<AlertWatch> alert_watch_;
  std::unique_ptr<Retention> retention_;
  std::unique_ptr<NightlyCheck> nightly_check_;
  std::unique_ptr<AccountOffers> account_offers_;
};

// The key of the settings: given, in the given file, or in a file beside the database (made where there is none and
// `may_create`; else it is said to be missing). PostgreSQL has no such file. Throws CommandError.
[[nodiscard]] SecretBox::Key secret_key(const Settings& settings, bool may_create);

// Opens the database of the settings. Throws CommandError.
[[nodiscard]] std::unique_ptr<Store> open_store(const Settings& settings, Clock& clock, Random& random);

}  // namespace adfill
