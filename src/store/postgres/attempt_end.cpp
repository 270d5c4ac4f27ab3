#include "store/postgres/postgres_home.h"

namespace adfill::postgres {

Outcome PostgresStore::end_attempt(ChunkToken token, const Failure& failure, const Verdict& verdict,
                                   int credentials_version) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const auto held = check_token(transaction, token);
    if (!held) return Outcome::stale;
    apply_verdict(transaction, *held, failure, verdict, credentials_version);
    return Outcome::done;
  });
}

}  // namespace adfill::postgres
