// Runs the conformance suite on PostgreSQL.

#include "store/postgres_server.h"

namespace adfill {

namespace {

const conformance::RegisteredHome postgres("PostgreSQL", postgres_home().make);

}  // namespace

}  // namespace adfill
