#include "process.h"

#include "platform/meta/meta_connector.h"
#include "store/sqlite/sqlite_store.h"

#include <unistd.h>

#include <array>
#include <filesystem>

namespace adfill {

namespace {

constexpr unsigned store_threads = 4;  // reads go beside one another; SQLite has one writer whatever the number
constexpr std::size_t host_name_limit = 256;

std::string host_name() {
  std::array<char, host_name_limit> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("localhost");
}

void check_exists(const Settings& settings) {
  if (std::filesystem::exists(settings.database_path)) return;
  throw CommandError("There is no database " + settings.database_path +
                     ". adfill serve makes one; --db or ADFILL_DB names another.");
}

void check_schema(Store& store, const Settings& settings) {
  for (const auto& step : store.migrations()) {
    if (step.applied) continue;
    throw CommandError("The database " + settings.database_path +
                       " is older than this adfill. Run: adfill migrate up.");
  }
}

}  // namespace

SecretBox::Key secret_key(const Settings& settings, bool may_create) {
  if (settings.secret_key) {
    auto key = parse_secret_key(*settings.secret_key);
    if (!key) throw CommandError("ADFILL_SECRET_KEY: " + key.error());
    return *key;
  }
  const bool own_file = !settings.secret_key_file;
  const std::filesystem::path file = own_file ? settings.database_path + ".key" : *settings.secret_key_file;
  auto key = load_secret_key(file, may_create && own_file);
  if (!key) throw CommandError("The key that encrypts credentials can't be read: " + key.error());
  return *key;
}

std::unique_ptr<Store> open_store(const Settings& settings, Clock& clock, Random& random) {
  SqliteOptions options;
  options.path = settings.database_path;
  options.now = [&clock] { return clock.now(); };
  options.new_uuid = [&random] { return Uuid::draw(random); };
  try {
    return open_sqlite_store(std::move(options));
  } catch (const StoreUnavailable& error) {
    throw CommandError("The database " + settings.database_path + " can't be opened: " + error.what());
  }
}

Process::Process(Settings given, Database database, std::shared_ptr<boost::asio::io_context> loop)
    : settings_(std::move(given)),
      loop_(loop ? std::move(loop) : std::make_shared<boost::asio::io_context>(1)),
      clock_(make_system_clock(loop_->get_executor())),
      random_(secure_seed()),
      store_random_(secure_seed()),
      http_(make_http_client(loop_->get_executor())),
      events_(loop_->get_executor()) {
  if (database == Database::must_exist) check_exists(settings_);
  store_ = open_store(settings_, *clock_, store_random_);
  if (database == Database::create_or_update) {
    store_->migrate_up();
  } else {
    check_schema(*store_, settings_);
  }
  secrets_ = std::make_unique<SecretBox>(secret_key(settings_, true));
  pool_.emplace(*store_, store_threads);

  PlatformContext platform{*http_, *clock_, random_, governor_};
  platform.poll_base = settings_.poll;
  MetaSettings meta;
  meta.base_url = settings_.meta_url;
  meta.api_version = settings_.meta_version;
  connectors_[Source::meta] = make_meta_connector(platform, meta);

  auto wake = [this] {
    if (worker_) worker_->wake();
  };
  initial_collection_ =
      std::make_unique<InitialCollection>(*pool_, connectors_, *secrets_, *clock_, random_, events_, wake);
}

Process::~Process() = default;

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
