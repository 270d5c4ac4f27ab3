// Keeps the calls of each scope (an app, an account) within its quota. Pure: time is passed in, collect loads and saves
// its state. A closed scope stays closed until the platform's own time, for every call of this process at once, and is
// opened gently: its calls don't all go in the same instant. Other machines learn of it through the store.
#pragma once

#include "core/instant.h"
#include "net/outage_watch.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

struct ScopeState {
  std::optional<Instant> closed_until{};
  std::string reason{};      // the platform's words for the closure
  double usage_percent = 0;  // the highest share of any limit that an answer told last
  std::int64_t calls = 0;    // made by this process
  std::int64_t refused = 0;
  Instant next_free{};  // when its next call may go, while calls go one after another
  int resuming = 0;     // calls that still go one after another, the last closure being over
};

struct Closure {
  std::string scope;
  Instant until;
  std::string reason;
};

class Governor {
 public:
  // The latest of the scopes' closures that is still ahead; nullopt when all are open.
  [[nodiscard]] std::optional<Instant> closed_until(const std::vector<std::string>& scopes, Instant now) const;
  // A scope is left alone until then; an earlier time than the one known changes nothing.
  void close(const std::string& scope, Instant until, std::string reason);
  // Counts a call about to be made.
  void count_call(const std::vector<std::string>& scopes);
  void count_refusal(const std::string& scope);
  // What an answer's headers told of a scope: its highest share of any limit, in percent.
  void observe(const std::string& scope, double usage_percent);
  // When the next call of these scopes may go. That place is taken, unless it is later than `latest`. Open scopes up to
  // 75 % of their limits cost nothing. From there the calls of a scope go one after another, however many callers there
  // are, each after a pause that grows evenly to 5 s at 100 % and above, so that a limit is approached, not crossed.
  // After a closure the first 20 calls of the scope go a quarter of a second apart.
  [[nodiscard]] Instant reserve(const std::vector<std::string>& scopes, Instant now, Instant latest = Instant::max());

  // Closures made here by close() since the last call of this, for the store and so for other machines.
  [[nodiscard]] std::vector<Closure> take_closures();
  // A closure that the store is not to be told of: it knows it already, made elsewhere or before a restart, or it is
  // this process's own matter.
  void learn(const Closure& closure);

  [[nodiscard]] const std::map<std::string, ScopeState, std::less<>>& scopes() const { return scopes_; }
  // Which sources answer nobody.
  [[nodiscard]] OutageWatch& outages() { return outages_; }

 private:
  std::map<std::string, ScopeState, std::less<>> scopes_;
  std::vector<Closure> unsaved_;
  OutageWatch outages_;
};

}  // namespace adfill
