// Keeps the calls of each scope (an app, an account) within its quota. Pure: time is passed in, collect loads and saves
// its state. A closed scope stays closed until the platform's own time, for every call of this process at once; other
// machines learn of it through the store.
#pragma once

#include "core/instant.h"

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
  // How long the next call of these scopes should wait so that a limit is approached, not crossed: nothing up to 75 %
  // of the most used scope's limit, from there evenly more, 5 s at 100 % and above.
  [[nodiscard]] Duration pace(const std::vector<std::string>& scopes) const;

  // Closures made here by close() since the last call of this, for the store and so for other machines.
  [[nodiscard]] std::vector<Closure> take_closures();
  // A closure that the store knows of, made elsewhere or before a restart.
  void learn(const Closure& closure);

  [[nodiscard]] const std::map<std::string, ScopeState, std::less<>>& scopes() const { return scopes_; }

 private:
  std::map<std::string, ScopeState, std::less<>> scopes_;
  std::vector<Closure> unsaved_;
};

}  // namespace adfill
