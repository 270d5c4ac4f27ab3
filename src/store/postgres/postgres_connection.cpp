#include "store/postgres/postgres_connection.h"

#include "sql/postgres.h"

#include <array>
#include <charconv>
#include <cstring>
#include <functional>
#include <libpq-fe.h>

namespace adfill::postgres {

namespace {

// SQLSTATE codes; https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr std::string_view unique_violation = "23505";
constexpr std::string_view numeric_out_of_range = "22003";
constexpr std::string_view no_such_prepared_statement = "26000";
constexpr std::string_view serialization_failure = "40001";
constexpr std::string_view deadlock_detected = "40P01";
constexpr std::string_view lock_not_available = "55P03";
constexpr std::string_view duplicate_prepared_statement = "42P05";

// What a user can do about it; the place and PostgreSQL's own words are put before.
std::string_view advice(std::string_view code) {
  struct Known {
    std::string_view code;  // or the class of codes that begin so
    std::string_view words;
  };
  static constexpr std::array<Known, 13> known{{
      {"42501", "this role may not do that: give it the rights, or connect as the tables' owner"},
      {"42", "run `adfill migrate up`, then try again"},
      {"3F", "run `adfill migrate up`, then try again"},
      {"25006", "it can only be read: give the URL of the primary, not of a standby"},
      {"53100", "its disk is full: make room, adfill goes on by itself"},
      {"53300", "it has no connection left: allow more, or give adfill fewer; adfill goes on by itself"},
      {"53", "it has run out of something: make room, adfill goes on by itself"},
      {lock_not_available, "another transaction holds a row for too long: end that one; adfill goes on by itself"},
      {"57014", "it took too long, or somebody cancelled it; adfill tries again by itself"},
      {"57", "it is shutting down or starting up; adfill goes on by itself when it is back"},
      {"25P03", "a transaction stood still for too long; adfill tries again by itself"},
      {"28", "check the user name and the password in the URL"},
      {"3D", "there is no such database: make it with createdb, or correct the URL"},
  }};
  for (const Known& entry : known) {
    if (code.starts_with(entry.code)) return entry.words;
  }
  return "look into the server's log; adfill tries again by itself";
}

// libpq ends its messages with a line break; the first line says it all.
std::string first_line(const char* message) {
  const std::string text = message == nullptr ? "" : message;
  const std::string line = text.substr(0, text.find('\n'));
  return line.empty() ? "no answer" : line;
}

bool is_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// Where the quoted text or the comment that begins at `at` ends; `at` itself where none begins.
std::size_t skip_quoted(std::string_view sql, std::size_t at) {
  if (sql[at] == '\'' || sql[at] == '"') {
    const auto end = sql.find(sql[at], at + 1);
    return end == std::string_view::npos ? sql.size() : end + 1;
  }
  if (sql.substr(at, 2) == "--") return std::min(sql.find('\n', at), sql.size());
  return at;
}

std::string hexadecimal(std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return {digits.data(), end};
}

}  // namespace

bool Rows::step() {
  column_ = 0;
  return ++row_ < PQntuples(result_.get());
}

int Rows::changes() const {
  const std::string_view count = PQcmdTuples(result_.get());
  int changed = 0;
  std::from_chars(count.data(), count.data() + count.size(), changed);
  return changed;
}

int Rows::columns() const {
  return PQnfields(result_.get());
}

std::string_view Rows::next_text() {
  const int column = column_++;
  must(column < PQnfields(result_.get()), "a row has the columns that are read from it");
  return {PQgetvalue(result_.get(), row_, column), static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
}

std::int64_t Rows::next_integer() {
  const std::string_view text = next_text();
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) not_readable(text);
  return value;
}

std::optional<std::int64_t> Rows::next_integer_or_null() {
  return next<std::optional<std::int64_t>>();
}

bool Rows::next_is_null() const {
  return PQgetisnull(result_.get(), row_, column_) == 1;
}

void Rows::not_readable(std::string_view text) const {
  constexpr std::string_view number_characters = "-0123456789.";
  if (!text.empty() && text.find_first_not_of(number_characters) == std::string_view::npos) {
    throw StoreUnavailable("a sum is larger than adfill can hold exactly: ask for a shorter range or a finer group");
  }
  throw UnreadableValue("the database holds a value that adfill did not write ('" + std::string(text) + "' as " +
                        PQfname(result_.get(), column_ - 1) + "): correct it, or put a backup in its place");
}

void Connection::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Connection::Connection(const std::string& url, std::atomic<bool>& prepare) : prepare_(prepare) {
  // What stands before dbname is a default that the URL may change. A peer that vanished is noticed within half a
  // minute.
  static constexpr std::array<const char*, 9> names{"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                                                    "keepalives_count", "tcp_user_timeout", "fallback_application_name",
                                                    "dbname",           "client_encoding",  nullptr};
  const std::array<const char*, 9> values{"10", "15", "5", "3", "30000", "adfill", url.c_str(), "UTF8", nullptr};
  connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw ConnectionLost("the database " + described() + " can't be reached (" +
                         first_line(PQerrorMessage(connection_.get())) +
                         "): check the URL and that the server runs; adfill tries again by itself");
  }
  PQsetNoticeProcessor(connection_.get(), [](void* /*unused*/, const char* /*message*/) {}, nullptr);
  pipeline_.emplace(connection_.get());
}

Connection::~Connection() = default;

// Never the password.
std::string Connection::described() const {
  const auto text = [](const char* part) { return std::string(part == nullptr ? "" : part); };
  return text(PQdb(connection_.get())) + " at " + text(PQhost(connection_.get())) + ":" +
         text(PQport(connection_.get()));
}

Connection::Text& Connection::find(std::string_view sql) {
  const auto [entry, is_new] = texts_.try_emplace(sql.data());
  Text& text = entry->second;
  if (!is_new) return text;
  text.name = "adfill_" + hexadecimal(std::hash<std::string_view>()(sql));
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t end_of_quoted = skip_quoted(sql, at);
    const bool parameter = sql[at] == ':' && at + 1 < sql.size() && is_name_part(sql[at + 1]);
    if (end_of_quoted > at || !parameter) {
      const std::size_t end = end_of_quoted > at ? end_of_quoted : at + 1;
      text.sql += sql.substr(at, end - at);
      at = end;
      continue;
    }
    std::size_t end = at + 1;
    while (end < sql.size() && is_name_part(sql[end])) ++end;
    const std::string_view name = sql.substr(at, end - at);
    std::size_t number = 0;
    while (number < text.parameters.size() && text.parameters[number] != name) ++number;
    if (number == text.parameters.size()) text.parameters.push_back(name);
    text.sql += "$" + std::to_string(number + 1);
    at = end;
  }
  return text;
}

Connection::Given& Connection::place(const Text& text, std::vector<Given>& given, std::string_view name) {
  std::size_t number = 0;
  while (number < text.parameters.size() && text.parameters[number] != name) ++number;
  must(number < given.size() && !given[number].is_given, "a statement has the parameters that are given to it");
  return given[number];
}

std::size_t Connection::execute(Text& text, const std::vector<Given>& given, bool wanted) {
  if (pipeline_->has_ended()) wait();
  std::vector<Parameter> values;
  values.reserve(given.size());
  for (const Given& parameter : given) {
    const std::string* data = parameter.made ? &*parameter.made : nullptr;
    if (parameter.kept != nullptr) data = &parameter.kept->data();
    values.push_back({.data = data != nullptr ? data->c_str() : nullptr,
                      .length = data != nullptr ? static_cast<int>(data->size()) : 0,
                      .binary = parameter.kept != nullptr && parameter.kept->is_binary()});
  }
  if (!prepare_) {
    pipeline_->run(text.sql.c_str(), values);
  } else {
    if (!text.prepared) {
      pipeline_->prepare(text.name.c_str(), text.sql.c_str());
      sent_.push_back({.prepares = &text});
      text.prepared = true;
    }
    pipeline_->run_prepared(text.name.c_str(), values);
  }
  sent_.push_back({.number = ++last_number_, .wanted = wanted});
  return last_number_;
}

void Connection::send_unnamed(std::string_view sql) {
  pipeline_->run(std::string(sql).c_str(), {});
  sent_.push_back({});
}

void Connection::wait() {
  if (sent_.empty()) return;
  std::vector<Result> results = pipeline_->answers();
  const std::vector<Sent> sent = std::exchange(sent_, {});
  std::optional<std::size_t> failed;
  for (std::size_t at = 0; at < sent.size(); ++at) {
    const ExecStatusType status = PQresultStatus(results[at].get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      if (sent[at].wanted) answers_.emplace(sent[at].number, Rows(std::move(results[at])));
      continue;
    }
    if (sent[at].may_fail) continue;
    if (sent[at].prepares != nullptr) sent[at].prepares->prepared = false;
    if (!failed) failed = at;  // what stands behind it was skipped
  }
  if (!failed) return;
  try {
    fail(results[*failed]);
  } catch (const ConnectionLost& lost) {
    if (sent[*failed].begins) throw LostWhileIdle(lost.what());
    throw;
  }
}

Rows Connection::take(Answer answer) {
  if (!answers_.contains(answer.number)) wait();
  auto kept = answers_.extract(answer.number);
  must(!kept.empty(), "an answer is taken once, in its transaction");
  return std::move(kept.mapped());
}

Rows Connection::run_script(const std::string& script) {
  wait();
  return checked(Result(PQexec(connection_.get(), script.c_str())));
}

const std::optional<std::string>& Connection::schemas() {
  if (!asked_schemas_) {
    Rows found = run_script(std::string(sql::postgres::schemas));
    must(found.step(), "an aggregate gives a row");
    schemas_ = found.next<std::optional<std::string>>();
    if (found.next<bool>()) plans_.begin_old();
    asked_schemas_ = true;
  }
  return schemas_;
}

void Connection::copy(const std::string& statement, std::string_view rows) {
  wait();
  const Result begun(PQexec(connection_.get(), statement.c_str()));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) fail(begun);
  // Each is a message, which the server reads into memory of its own as a whole.
  constexpr std::size_t piece = std::size_t{32} << 10U;
  bool sent = true;
  for (std::size_t at = 0; sent && at < rows.size(); at += piece) {
    const std::string_view part = rows.substr(at, piece);
    sent = PQputCopyData(connection_.get(), part.data(), static_cast<int>(part.size())) == 1;
  }
  if (!sent || PQputCopyEnd(connection_.get(), nullptr) != 1) fail(Result(PQgetResult(connection_.get())));
  (void)checked(Result(PQgetResult(connection_.get())));
  const Result end_of_answer(PQgetResult(connection_.get()));
}

void Connection::begin(std::string_view sql) {
  try {
    wait();
    notice_end();
    (void)schemas();  // not inside: there they would be the transaction's
  } catch (const StoreUnavailable& lost) {
    throw LostWhileIdle(lost.what());
  }
  answers_.clear();
  send_unnamed(sql);
  sent_.back().begins = true;
  if (plans_.forget_now(PlanAge::Clock::now())) send_unnamed(sql::postgres::forget_plans);
}

// What the server said or closed while nobody used the connection: afterwards nobody could tell whether a transaction
// that goes there as one message, with its COMMIT, took effect.
void Connection::notice_end() {
  // Its last words are read first, the end behind them at the second look.
  for (int look = 0; look < 2; ++look) {
    if (PQconsumeInput(connection_.get()) == 0 || PQstatus(connection_.get()) != CONNECTION_OK) fail(Result());
  }
}

void Connection::send_commit() {
  for (Sent& sent : sent_) sent.begins = false;  // from here on a connection that breaks was not just an idle one
  send_unnamed(sql::postgres::commit);
}

void Connection::lost_while_committing(const ConnectionLost& lost) {
  throw ConnectionLost(std::string(lost.what()) +
                       "; it broke while it committed: whether that took effect shows at the next look");
}

void Connection::commit() {
  try {
    send_commit();
    wait();
  } catch (const ConnectionLost& lost) {
    lost_while_committing(lost);
  }
}

void Connection::commit_and_tell(std::string_view tell, std::string_view flush) {
  try {
    send_commit();
    for (const std::string_view sql : {sql::postgres::begin_writing, tell, sql::postgres::commit, flush}) {
      send_unnamed(sql);
      sent_.back().may_fail = true;
    }
    const std::size_t flushed = ++last_number_;
    sent_.back().number = flushed;
    sent_.back().wanted = true;
    wait();
    if (!answers_.extract(flushed).empty()) return;
    roll_back();  // telling failed, and what stood behind it was skipped
    (void)run_script(std::string(flush));
  } catch (const ConnectionLost& lost) {
    lost_while_committing(lost);
  }
}

void Connection::end_reading() {
  wait();
  send_unnamed(sql::postgres::commit);
  pipeline_->end();
}

void Connection::roll_back() noexcept {
  try {
    wait();
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): it is rolled back either way
  }
  const std::string text(sql::postgres::roll_back);
  PQclear(PQexec(connection_.get(), text.c_str()));
}

bool Connection::is_idle() const {
  return !lost_ && PQstatus(connection_.get()) == CONNECTION_OK &&
         (pipeline_->has_ended() || PQtransactionStatus(connection_.get()) == PQTRANS_IDLE);
}

Rows Connection::checked(Result result) {
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail(result);
  return Rows(std::move(result));
}

void Connection::fail(const Result& result) {
  const char* field = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const std::string code = field == nullptr ? "" : field;
  const char* primary = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  const std::string words = first_line(primary != nullptr ? primary : PQerrorMessage(connection_.get()));
  // An error without a code is libpq's own: there was no answer. 57P01 to 57P03: the server ends, or has just begun.
  if (PQstatus(connection_.get()) != CONNECTION_OK || code.empty() || code.starts_with("57P0")) {
    lost_ = true;
    throw ConnectionLost("the connection to the database " + described() + " broke (" + words +
                         "): adfill connects again by itself");
  }
  if (code == no_such_prepared_statement || code == duplicate_prepared_statement) {
    prepare_ = false;  // a pooler without prepared statements stands between
    throw TryAgain(words);
  }
  if (code == serialization_failure || code == deadlock_detected || code == unique_violation) throw TryAgain(words);
  must(!code.starts_with("23"), words.c_str());
  if (code == numeric_out_of_range) {
    throw StoreUnavailable("a number is larger than adfill can hold exactly (" + words + ")");
  }
  const std::string refused = "the database " + described() + " refused (" + words + "): " + std::string(advice(code));
  if (code == lock_not_available) throw LockNotGot(refused);
  throw StoreUnavailable(refused);
}

}  // namespace adfill::postgres
