#include "store/postgres/checkup.h"

#include "core/must.h"
#include "sql/postgres.h"
#include "store/store.h"

#include <charconv>
#include <chrono>

namespace adfill::postgres {

namespace {

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  must(read.ec == std::errc() && read.ptr == text.data() + text.size(), "the server describes itself in numbers");
  return value;
}

}  // namespace

Checkup check_up(const std::string& url, const std::function<Instant()>& now) {
  const std::atomic<bool> stopping = false;
  Wire wire(url, stopping);
  const auto asked = now();
  const auto told = wire.ask(sql::postgres::describe_server);
  const auto answered = now();
  const auto session = told ? session_of(wire, url, stopping) : std::nullopt;
  if (!told || !session) throw StoreUnavailable("the database can't be asked what it is: check the URL and its log");
  Checkup found;
  found.version = told->at(0);
  found.version_number = static_cast<int>(number(told->at(1)));
  const Instant theirs(std::chrono::microseconds(number(told->at(2))));
  found.ahead = theirs - (asked + (answered - asked) / 2);
  found.statement_timeout = std::chrono::milliseconds(number(told->at(3)));
  found.bytes = number(told->at(4));
  found.session = *session;
  // A pooler on this machine may lead to a database on another one.
  if (found.session == Session::direct) found.data_folder = told->at(5);
  return found;
}

}  // namespace adfill::postgres
