#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

constexpr Duration remembered = std::chrono::hours(24);
constexpr Duration abandoned = std::chrono::minutes(5);  // longer than any request runs

}  // namespace

KeyedRequest PostgresStore::begin_request(ApiTokenId token, const std::string& key, const std::string& fingerprint) {
  return write(Durability::promised, [&](Transaction& transaction) {
    auto& db = transaction.db;
    db.send(statement::forget_old_requests, ":day_ago", transaction.now() - remembered, ":abandoned_before",
            transaction.now() - abandoned);
    KeyedRequest request;
    if (db.run(statement::insert_request, ":token", token, ":key", key, ":fingerprint", fingerprint, ":now",
               transaction.now()) == 1) {
      return request;
    }
    auto row = db.query(statement::read_request, ":token", token, ":key", key);
    must(row.step(), "a key that is in use has a request");
    request.fingerprint = row.next<std::string>();
    const auto answer = row.next<std::optional<std::string>>();
    request.state = answer ? KeyedRequest::State::answered : KeyedRequest::State::running;
    request.sealed_answer = answer.value_or("");
    return request;
  });
}

void PostgresStore::end_request(ApiTokenId token, const std::string& key,
                                const std::optional<std::string>& sealed_answer) {
  write(Durability::promised, [&](Transaction& transaction) {
    if (sealed_answer) {
      transaction.db.send(statement::answer_request, ":token", token, ":key", key, ":answer", *sealed_answer);
    } else {
      transaction.db.send(statement::delete_request, ":token", token, ":key", key);
    }
  });
}

Outcome PostgresStore::reseal_credentials(IntegrationId integration, const std::string& sealed,
                                          const std::string& sealed_anew) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int changed = transaction.db.run(statement::reseal_credentials, ":integration", integration, ":sealed",
                                           sealed, ":sealed_anew", sealed_anew);
    return changed == 1 ? Outcome::done : Outcome::stale;
  });
}

void PostgresStore::forget_requests() {
  write(Durability::promised, [](Transaction& transaction) { transaction.db.run(statement::delete_requests); });
}

}  // namespace adfill::postgres
