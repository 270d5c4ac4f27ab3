// Debian's pgbouncer before the tests' server: a few connections to it for all who come.
#pragma once

#include "store/postgres_server.h"

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace adfill {

class PostgresPooler {
 public:
  // `mode`: transaction or session, as pgbouncer calls them.
  PostgresPooler(const PostgresServer& server, const std::string& mode);
  ~PostgresPooler();
  PostgresPooler(const PostgresPooler&) = delete;
  PostgresPooler& operator=(const PostgresPooler&) = delete;

  // The URL of a database, through the pooler.
  [[nodiscard]] std::string through(const std::string& url) const;

 private:
  std::filesystem::path folder_;
  pid_t process_ = -1;
};

}  // namespace adfill
