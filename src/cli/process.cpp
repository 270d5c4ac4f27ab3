#include "process.h"

#include "platform/meta/meta_connector.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/sqlite_store.h"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <functional>

namespace adfill {

namespace {

constexpr int store_threads = 4;  // reads go beside one another; SQLite has one writer whatever the number
constexpr std::size_t host_name_limit = 256;

std::string host_name() {
  std::array<char, host_name_limit> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("localhost");
}

void check_exists(const Settings& settings) {
  if (settings.database_url || std::filesystem::exists(settings.database_path)) return;
  throw CommandError("There is no database " + settings.database_path +
                     ". adfill serve makes one; --db or ADFILL_DB names another.");
}

void check_schema(Store& store, const Settings& settings) {
  for (const auto& step : store.migrations()) {
    if (step.applied) continue;
    throw CommandError("The database " + database_name(settings) +
                       " is older than this adfill. Run: adfill migrate up.");
  }
}

// Asks `met` about each stored credential until it says true; false when it never does.
bool any_credentials(Store& store, const std::function<bool(IntegrationId, const std::string&)>& met) {
  IntegrationFilter filter;
  filter.limit = 200;
  while (true) {
    const auto page = store.integrations(filter);
    for (const auto& integration : page) {
      const auto credentials = store.credentials(integration.id);
      if (credentials && met(integration.id, credentials->sealed)) return true;
    }
    if (page.size() < static_cast<std::size_t>(filter.limit)) return false;
    filter.after = page.back().id;
  }
}

bool has_credentials(Store& store) {
  return any_credentials(store, [](IntegrationId, const std::string&) { return true; });
}

std::string own_key_file(const Settings& settings) {
  return settings.database_path + ".key";
}

std::string key_name(const Settings& settings) {
  if (settings.secret_key) return "The key in ADFILL_SECRET_KEY";
  return "The key in " + settings.secret_key_file.value_or(own_key_file(settings));
}

constexpr const char* lost_key_advice =
    " If it is lost for good: make a new one with openssl rand -base64 32, and replace the credentials with "
    "adfill integration update ID --token-file FILE.";

}  // namespace

SecretBox::Key secret_key(const Settings& settings, bool may_create) {
  if (settings.secret_key) {
    auto key = parse_secret_key(*settings.secret_key);
    if (!key) throw UsageError("ADFILL_SECRET_KEY: " + key.error());
    return *key;
  }
  const bool own_file = !settings.secret_key_file;
  if (own_file && settings.database_url) {
    throw CommandError(
        "With PostgreSQL the key that encrypts credentials has to be given, the same on every machine: set "
        "ADFILL_SECRET_KEY, for instance to what `openssl rand -base64 32` prints, and keep it.");
  }
  const std::filesystem::path file = settings.secret_key_file.value_or(own_key_file(settings));
  if (own_file && !may_create && !std::filesystem::exists(file)) {
    throw CommandError("The key file " + file.string() +
                       " is missing, and the credentials in the database can't be read without it. Put it back from "
                       "the backup." +
                       lost_key_advice);
  }
  auto key = load_secret_key(file, may_create && own_file);
  if (!key) throw CommandError("The key that encrypts credentials can't be read: " + key.error());
  return *key;
}

std::unique_ptr<Store> open_store(const Settings& settings, Clock& clock, Random& random) {
  const auto new_uuid = [&clock, &random] { return Uuid::draw(random, clock.now()); };
  try {
    if (settings.database_url) {
      PostgresOptions options;
      options.url = *settings.database_url;
      options.new_uuid = new_uuid;
      options.connections = store_threads;
      options.retry = settings.retry;
      return open_postgres_store(std::move(options));
    }
    SqliteOptions options;
    options.path = settings.database_path;
    options.now = [&clock] { return clock.now(); };
    options.new_uuid = new_uuid;
    options.retry = settings.retry;
    return open_sqlite_store(std::move(options));
  } catch (const StoreUnavailable& error) {
    throw CommandError("The database " + database_name(settings) + " can't be opened: " + error.what());
  }
}

Process::Process(Settings given, Database database, std::shared_ptr<boost::asio::io_context> loop)
    : settings_(std::move(given)),
      loop_(loop ? std::move(loop) : std::make_shared<boost::asio::io_context>(1)),
      clock_(make_system_clock(loop_->get_executor())),
      random_(secure_seed()),
      store_random_(secure_seed()),
      notices_([](const std::string& words) { spdlog::warn("{}", words); }),
      http_(make_http_client(loop_->get_executor())),
      events_(loop_->get_executor()) {
  if (database == Database::must_exist) check_exists(settings_);
  store_ = open_store(settings_, *clock_, store_random_);
  if (database == Database::create_or_update) {
    store_->migrate_up();
  } else {
    check_schema(*store_, settings_);
  }
  secrets_ = std::make_unique<SecretBox>(secret_key(settings_, !has_credentials(*store_)));
  pool_.emplace(*store_, store_threads);

  PlatformContext platform{*http_, *clock_, random_, governor_};
  platform.poll_base = settings_.poll;
  platform.retry_base = settings_.retry.base;
  platform.notices = &notices_;
  MetaSettings meta;
  meta.base_url = settings_.meta_url;
  meta.api_version = settings_.meta_version;
  connectors_[Source::meta] = make_meta_connector(platform, meta);

  auto wake = [this] { this->wake(); };
  initial_collection_ = std::make_unique<InitialCollection>(*pool_, connectors_, *secrets_, *clock_, random_, events_,
                                                            wake, [this] { wake_here(); });
  scheduler_ = std::make_unique<Scheduler>(*pool_, connectors_, *clock_, events_, wake);
  if (settings_.database_url) share_wake_ups();
  retention_ = std::make_unique<Retention>(*pool_, *clock_, settings_.retention);
  nightly_check_ = std::make_unique<NightlyCheck>(*pool_, connectors_, *secrets_, *clock_, random_, wake);
  account_offers_ = std::make_unique<AccountOffers>(*pool_, connectors_, *secrets_, *clock_);
  alert_watch_ = std::make_unique<AlertWatch>(*pool_, *http_, *secrets_, *clock_, random_, settings_.alerts);
}

Process::~Process() {
  events_.also_tell({});
  wake_ups_.reset();
}

void Process::wake_here() {
  if (worker_) worker_->wake();
}

void Process::wake() {
  wake_here();
  if (wake_ups_) wake_ups_->tell(WakeUps::Hint::work);
}

void Process::share_wake_ups() {
  auto heard = [this](WakeUps::Hint hint) {
    auto pass_on = [this, hint] {
      if (hint == WakeUps::Hint::progress) return events_.miss();
      wake_here();
    };
    boost::asio::post(*loop_, std::move(pass_on));
  };
  wake_ups_ = open_postgres_wake_ups(*settings_.database_url, std::move(heard));
  events_.also_tell([this] { wake_ups_->tell(WakeUps::Hint::progress); });
}

void Process::check_key() {
  const auto opens = [this](IntegrationId id, const std::string& sealed) {
    return secrets_->open(sealed, id.to_string()).has_value();
  };
  if (!has_credentials(*store_) || any_credentials(*store_, opens)) return;
  throw CommandError(key_name(settings_) +
                     " does not open the stored credentials: it belongs to another database. Put the right one in its "
                     "place." +
                     lost_key_advice);
}

CollectionWorker& Process::worker() {
  if (!worker_) {
    WorkerSettings rules;
    rules.chunks_at_once = settings_.workers;
    rules.lease = settings_.lease;
    rules.retry = settings_.retry;
    rules.host = host_name();
    rules.process_id = static_cast<int>(getpid());
    worker_ = std::make_unique<CollectionWorker>(loop_->get_executor(), *pool_, connectors_, *secrets_, *clock_,
                                                 random_, governor_, events_, rules);
  }
  return *worker_;
}

}  // namespace adfill
