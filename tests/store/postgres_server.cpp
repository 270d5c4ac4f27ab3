#include "store/postgres_server.h"

#include "store/postgres/postgres_store.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <libpq-fe.h>
#include <thread>
#include <utility>

namespace adfill {

namespace {

constexpr const char* programs = "/usr/lib/postgresql/15/bin/";
constexpr const char* template_database = "adfill_template";

void become_postgres() {
  if (::geteuid() != 0) return;
  const passwd* user = ::getpwnam("postgres");
  if (user == nullptr || ::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0) {
    ::_exit(126);
  }
}

void wait_for(pid_t process) {
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  REQUIRE(status == 0);
}

bool answers(const std::string& url) {
  pg_conn* connection = PQconnectdb(url.c_str());
  const bool connected = PQstatus(connection) == CONNECTION_OK;
  PQfinish(connection);
  return connected;
}

}  // namespace

pid_t start_program(const std::filesystem::path& folder, const std::vector<std::string>& arguments) {
  std::vector<char*> texts;
  for (const std::string& argument : arguments) texts.push_back(const_cast<char*>(argument.c_str()));
  texts.push_back(nullptr);
  const std::string log = (folder / "log").string();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child != 0) return child;
  become_postgres();
  // After the change of user, which clears it.
  if (::prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || ::getppid() != parent || ::chdir(folder.c_str()) != 0) ::_exit(125);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execv(texts.front(), texts.data());
  ::_exit(127);
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  std::string pattern = (std::filesystem::temp_directory_path() / "adfill-pg-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  if (const passwd* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr; user != nullptr) {
    REQUIRE(::chown(folder_.c_str(), user->pw_uid, user->pw_gid) == 0);
  }
  wait_for(start_program(folder_, {std::string(programs) + "initdb", "-D", (folder_ / "data").string(), "-U", "adfill",
                                   "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"}));
  start();
  PostgresShell(url_of("postgres")).run("CREATE DATABASE adfill_template");
  PostgresOptions options;
  options.url = url_of(template_database);
  options.new_uuid = [] { return Uuid{}; };
  open_postgres_store(std::move(options))->migrate_up();
}

PostgresServer::~PostgresServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresServer::start() {
  process_ = start_program(
      folder_, {std::string(programs) + "postgres", "-D", (folder_ / "data").string(), "-k", folder_.string(), "-c",
                "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c",
                "shared_buffers=64MB", "-c", "autovacuum_naptime=10", "-c", "deadlock_timeout=200ms"});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!answers(url_of("postgres"))) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void PostgresServer::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGQUIT);  // its processes end at once, without a checkpoint
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

int PostgresServer::logged(const std::string& words) const {
  std::ifstream log(folder_ / "log");
  int count = 0;
  for (std::string line; std::getline(log, line);) count += line.find(words) != std::string::npos ? 1 : 0;
  return count;
}

std::string PostgresServer::url_of(const std::string& database) const {
  return "postgresql://adfill@/" + database + "?host=" + folder_.string();
}

std::string PostgresServer::new_database(bool empty) {
  PostgresShell shell(url_of("postgres"));
  // The last ones are not needed any more, unless somebody is still connected.
  for (const std::string& left :
       shell.run("SELECT datname FROM pg_database d WHERE datname LIKE 'test_%' AND NOT EXISTS "
                 "(SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid)")) {
    shell.run("DROP DATABASE " + left);
  }
  const std::string name = "test_" + std::to_string(++databases_);
  shell.run("CREATE DATABASE " + name + (empty ? "" : std::string(" TEMPLATE ") + template_database) +
            " STRATEGY file_copy");
  return url_of(name);
}

conformance::Home home_at(const std::string& url) {
  return {"PostgreSQL", [url](const conformance::StoreSetup& setup) {
            PostgresOptions options;
            options.url = url;
            options.now = setup.now;
            options.new_uuid = setup.new_uuid;
            options.window = setup.window;
            options.retry = setup.retry;
            auto store = open_postgres_store(std::move(options));
            store->migrate_up();
            return store;
          }};
}

conformance::Home postgres_home() {
  return {"PostgreSQL", [](const conformance::StoreSetup& setup) {
            return home_at(PostgresServer::shared().new_database()).make(setup);
          }};
}

PostgresShell::PostgresShell(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  REQUIRE_MESSAGE(PQstatus(connection_) == CONNECTION_OK, PQerrorMessage(connection_));
}

PostgresShell::~PostgresShell() {
  PQfinish(connection_);
}

std::vector<std::string> PostgresShell::run(const std::string& statement) {
  pg_result* result = PQexec(connection_, statement.c_str());
  const ExecStatusType status = PQresultStatus(result);
  CAPTURE(statement);
  REQUIRE_MESSAGE((status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK), PQresultErrorMessage(result));
  std::vector<std::string> rows;
  for (int row = 0; row < PQntuples(result); ++row) {
    std::string text;
    for (int column = 0; column < PQnfields(result); ++column) {
      text += (column > 0 ? "|" : "") + std::string(PQgetvalue(result, row, column));
    }
    rows.push_back(text);
  }
  PQclear(result);
  return rows;
}

int waiting_for_locks(PostgresShell& shell) {
  const std::string waiting =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  return std::stoi(shell.run(waiting).at(0));
}

}  // namespace adfill
