#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// Uses are noted to the minute: a write for each call would make every reader a writer.
constexpr Duration noted_every = std::chrono::minutes(1);

struct FoundToken {
  TokenRecord record;
  bool worth_noting = false;
};

std::optional<FoundToken> read_token(Transaction& transaction, Rows row) {
  if (!row.step()) return std::nullopt;
  FoundToken found;
  found.record.id = row.next<ApiTokenId>();
  found.record.name = row.next<std::string>();
  found.record.role = row.next<Role>();
  const auto advertisers = row.next<std::optional<std::string>>();
  if (advertisers) found.record.advertisers = parse_sight(*advertisers);
  found.record.expires_at = row.next<std::optional<Instant>>();
  const auto last_used_at = row.next<std::optional<Instant>>();
  found.worth_noting = !last_used_at || *last_used_at < transaction.now() - noted_every;
  const auto valid_until = row.next<std::optional<Instant>>();
  if (valid_until && *valid_until <= transaction.now()) return std::nullopt;
  return found;
}

}  // namespace

bool PostgresStore::has_tokens() {
  return read([](Connection& db) { return db.value<bool>(statement::has_tokens) == true; });
}

void PostgresStore::add_token(const TokenRecord& token, const std::string& token_hash, const std::string& who) {
  write(Durability::promised, [&](Transaction& transaction) {
    transaction.db.send(statement::insert_token, ":id", token.id, ":name", token.name, ":hash", token_hash, ":role",
                        token.role, ":advertisers", sight_text(token.advertisers), ":now", transaction.now(),
                        ":expires_at", token.expires_at);
    write_audit(transaction, who, "token.add", token.name);
  });
}

Store::TokenAndIntegration PostgresStore::find_access(std::string_view text, const std::string& hash,
                                                      std::optional<IntegrationId> integration) {
  TokenAndIntegration both;
  const auto found = read([&](Transaction& transaction) {
    const Answer token = transaction.db.ask(text, ":hash", hash);
    std::optional<Answer> named;
    if (integration) named = transaction.db.ask(statement::read_integration, ":integration", *integration);
    auto known = read_token(transaction, transaction.db.take(token));
    both = {};
    if (!known || !named) return known;
    Rows row = transaction.db.take(*named);
    if (row.step()) both.integration = read_integration_row(row);
    return known;
  });
  if (!found) return both;
  if (found->worth_noting) {
    try {
      write(Durability::repeatable, [&](Transaction& transaction) {
        transaction.db.send(statement::note_token_use, ":id", found->record.id, ":now", transaction.now());
      });
    } catch (const StoreUnavailable&) {  // NOLINT(bugprone-empty-catch): a full disk must not keep people from reading
    }
  }
  both.token = found->record;
  return both;
}

std::optional<TokenRecord> PostgresStore::find_token(const std::string& token_hash) {
  return find_access(statement::find_token, token_hash, std::nullopt).token;
}

Store::TokenAndIntegration PostgresStore::find_token_and_integration(const std::string& token_hash,
                                                                     IntegrationId integration) {
  return find_access(statement::find_token, token_hash, integration);
}

void PostgresStore::open_session(const std::string& session_hash, ApiTokenId token, Duration life) {
  // Promised: who has signed in stays so, whichever server answers next.
  write(Durability::promised, [&](Transaction& transaction) {
    auto& db = transaction.db;
    db.send(statement::forget_ended_sessions, ":now", transaction.now());
    db.send(statement::forget_first_sessions, ":most", most_sessions - 1);
    db.send(statement::insert_session, ":hash", session_hash, ":token", token, ":ends_at", transaction.now() + life);
  });
}

std::optional<TokenRecord> PostgresStore::find_session(const std::string& session_hash) {
  return find_access(statement::find_session, session_hash, std::nullopt).token;
}

void PostgresStore::close_session(const std::string& session_hash) {
  write(Durability::promised,
        [&](Transaction& transaction) { transaction.db.run(statement::close_session, ":hash", session_hash); });
}

void PostgresStore::note(const std::string& who, const std::string& what, const std::string& subject) {
  write(Durability::promised, [&](Transaction& transaction) { write_audit(transaction, who, what, subject); });
}

std::vector<AuditRecord> PostgresStore::audit(std::optional<std::int64_t> after, int limit) {
  return read([&](Connection& db) {
    auto row = db.query(statement::list_audit, ":after", after, ":limit", limit);
    std::vector<AuditRecord> records;
    while (row.step()) {
      AuditRecord& record = records.emplace_back();
      record.id = row.next_integer();
      record.at = row.next<Instant>();
      record.who = row.next<std::string>();
      record.what = row.next<std::string>();
      record.subject = row.next<std::string>();
    }
    return records;
  });
}

}  // namespace adfill::postgres
