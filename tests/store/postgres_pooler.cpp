#include "store/postgres_pooler.h"

#include "store/postgres_machine.h"

#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <libpq-fe.h>

namespace adfill {

PostgresPooler::PostgresPooler(const PostgresServer& server, const std::string& mode)
    : folder_(server.folder() / ("bouncer-" + mode)) {
  // In transaction mode it has fewer sessions than users; else each keeps one.
  const char* sessions = mode == "transaction" ? "2" : "20";
  std::filesystem::create_directory(folder_);
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
  std::ofstream(folder_ / "pgbouncer.ini")
      << "[databases]\n* = host=" << server.folder().string() << " user=adfill\n[pgbouncer]\npool_mode = " << mode
      << "\nauth_type = any\nlisten_port = 5432\nlisten_addr =\ndefault_pool_size = " << sessions
      << "\nunix_socket_dir = " << folder_.string() << "\n";
  process_ = start_program(folder_, {"/usr/sbin/pgbouncer", (folder_ / "pgbouncer.ini").string()});
  // The socket's file is there before it listens.
  wait_until([this] { return PQping(("host=" + folder_.string() + " dbname=postgres").c_str()) == PQPING_OK; });
}

PostgresPooler::~PostgresPooler() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
  std::filesystem::remove_all(folder_);
}

std::string PostgresPooler::through(const std::string& url) const {
  return url.substr(0, url.find("host=")) + "host=" + folder_.string();
}

}  // namespace adfill
