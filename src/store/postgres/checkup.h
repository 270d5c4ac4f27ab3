// What stands behind a PostgreSQL URL, for adfill doctor. Changes nothing.
#pragma once

#include "core/instant.h"
#include "store/postgres/wire.h"

#include <cstdint>
#include <functional>
#include <string>

namespace adfill::postgres {

struct Checkup {
  std::string version;  // as the server says it
  int version_number = 0;
  Session session = Session::direct;
  Duration ahead{};              // how far the server's clock is before this machine's
  Duration statement_timeout{};  // of this role, before adfill sets its own; zero: none
  std::int64_t bytes = 0;        // the size of the database
  std::string data_folder;       // empty: it is on another machine, or this role may not know
};

constexpr int least_version_number = 150000;

// `now`: this machine's clock. Throws StoreUnavailable.
[[nodiscard]] Checkup check_up(const std::string& url, const std::function<Instant()>& now);

}  // namespace adfill::postgres
