#include "sql/sqlite.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// Uses are noted to the minute: a write for each call would make every reader a writer.
constexpr Duration noted_every = std::chrono::minutes(1);

struct FoundToken {
  TokenRecord record;
  bool worth_noting = false;
};

std::optional<FoundToken> read_token(SqliteConnection& db, std::string_view statement, const std::string& hash,
                                     Instant now) {
  auto row = db.query(statement, ":hash", hash, ":now", now, ":noted_before", now - noted_every);
  if (!row.step()) return std::nullopt;
  FoundToken found;
  found.record.id = row.next<ApiTokenId>();
  found.record.name = row.next<std::string>();
  found.record.role = row.next<Role>();
  const auto advertisers = row.next<std::optional<std::string>>();
  if (advertisers) found.record.advertisers = parse_sight(*advertisers);
  found.record.expires_at = row.next<std::optional<Instant>>();
  found.worth_noting = row.next<bool>();
  return found;
}

}  // namespace

bool SqliteStore::has_tokens() {
  return read([](SqliteConnection& db) { return db.value<bool>(sqlite::has_tokens) == true; });
}

void SqliteStore::add_token(const TokenRecord& token, const std::string& token_hash, const std::string& who) {
  write(Durability::promised, [&](Transaction& transaction) {
    transaction.db.run(sqlite::insert_token, ":id", token.id, ":name", token.name, ":hash", token_hash, ":role",
                       token.role, ":advertisers", sight_text(token.advertisers), ":now", transaction.now,
                       ":expires_at", token.expires_at);
    write_audit(transaction, who, "token.add", token.name);
  });
}

std::optional<TokenRecord> SqliteStore::find_access(std::string_view statement, const std::string& hash) {
  const auto found = read([&](SqliteConnection& db) { return read_token(db, statement, hash, options_.now()); });
  if (!found) return std::nullopt;
  if (found->worth_noting) {
    try {
      write(Durability::repeatable, [&](Transaction& transaction) {
        transaction.db.run(sqlite::note_token_use, ":id", found->record.id, ":now", transaction.now);
      });
    } catch (const StoreUnavailable&) {  // NOLINT(bugprone-empty-catch): a full disk must not keep people from reading
    }
  }
  return found->record;
}

std::optional<TokenRecord> SqliteStore::find_token(const std::string& token_hash) {
  return find_access(sqlite::find_token, token_hash);
}

void SqliteStore::open_session(const std::string& session_hash, ApiTokenId token, Duration life) {
  // Promised: who has signed in stays so, whichever server answers next.
  write(Durability::promised, [&](Transaction& transaction) {
    auto& db = transaction.db;
    db.run(sqlite::forget_ended_sessions, ":now", transaction.now);
    db.run(sqlite::forget_first_sessions, ":most", most_sessions - 1);
    db.run(sqlite::insert_session, ":hash", session_hash, ":token", token, ":ends_at", transaction.now + life);
  });
}

std::optional<TokenRecord> SqliteStore::find_session(const std::string& session_hash) {
  return find_access(sqlite::find_session, session_hash);
}

void SqliteStore::close_session(const std::string& session_hash) {
  write(Durability::promised,
        [&](Transaction& transaction) { transaction.db.run(sqlite::close_session, ":hash", session_hash); });
}

void SqliteStore::note(const std::string& who, const std::string& what, const std::string& subject) {
  write(Durability::promised, [&](Transaction& transaction) { write_audit(transaction, who, what, subject); });
}

std::vector<AuditRecord> SqliteStore::audit(std::optional<std::int64_t> after, int limit) {
  return read([&](SqliteConnection& db) {
    auto row = db.query(sqlite::list_audit, ":after", after, ":limit", limit);
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

}  // namespace adfill
