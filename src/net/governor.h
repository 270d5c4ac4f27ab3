// Keeps the calls of each scope (an app, an account) within its quota. Pure: time is passed in, collect loads and saves
// its state. A closed scope stays closed until the platform's own time, for every call of this process at once, and is
// opened gently: its calls don't all go in the same instant. Other machines learn of it through the store.
#pragma once

#include "core/instant.h"
#include "net/call_counts.h"
#include "net/outage_watch.h"
#include "net/quota_limit.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

struct ScopeState {
  std::optional<Instant> closed_until{};
  std::string reason{};    // the platform's words for the closure
  std::string tier{};      // of access, where answers tell it: "limited", "full"
  std::int64_t calls = 0;  // made by this process
  std::int64_t refused = 0;
  Instant next_free{};  // when its next call may go, while calls go one after another
  int resuming = 0;     // calls that still go one after another, the last closure being over
  std::map<std::string, QuotaLimit, std::less<>> limits{};  // by name
  Instant read_at{};                                        // when a call of this process said something of them last

  // The highest share of any of its limits, in percent.
  [[nodiscard]] double usage(Instant now) const;
};

// What kind of limit that is, of those a platform sets to a scope.
struct QuotaRule {
  std::string_view name;  // "score"; lives as long as the process
  QuotaLimit::Shape shape = QuotaLimit::Shape::rolling;
  Duration window = std::chrono::hours(1);
};

// What a call uses up of one limit.
struct QuotaUse {
  std::string scope;
  QuotaRule rule;
  double points = 1;
  std::string family{};  // scopes whose limit of that name holds as much: what one has learned holds for all
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
  // Which tier of access an answer told.
  void observe_tier(const std::string& scope, std::string tier);
  // When the next call of these scopes with these uses may go. That place is taken, unless it is later than `latest`.
  // A limit with room costs nothing; where one is nearly full its calls go one after another, however many callers
  // there are, as it empties, so that it is approached and not crossed. After a closure the first 20 calls of the
  // scope go a quarter of a second apart.
  [[nodiscard]] Instant reserve(const std::vector<std::string>& scopes, Instant now, Instant latest = Instant::max(),
                                const std::vector<QuotaUse>& uses = {});
  // The call with that place is made now; was answered, or else refused or lost; will not be made.
  void sent(const std::vector<QuotaUse>& uses, Instant now);
  void settle(const std::vector<QuotaUse>& uses, Instant place, bool is_answered);
  void give_back(const std::vector<QuotaUse>& uses, Instant place);
  // What an answer or a refusal told of a limit.
  void tell(const std::string& scope, const QuotaRule& rule, double percent, Instant now,
            Duration empties_in = Duration::zero());
  void publish(const std::string& scope, const QuotaRule& rule, double capacity);
  // `wait`: how long the platform asked for, or is usually left alone.
  void refuse(const QuotaUse& use, Instant now, Duration wait);

  // What is known of the limit of that use.
  [[nodiscard]] QuotaOutlook outlook(const QuotaUse& use, Instant now) const;

  // Closures made here by close() since the last call of this, for the store and so for other machines.
  [[nodiscard]] std::vector<Closure> take_closures();
  // A closure that the store is not to be told of: it knows it already, made elsewhere or before a restart, or it is
  // this process's own matter.
  void learn(const Closure& closure);

  [[nodiscard]] const std::map<std::string, ScopeState, std::less<>>& scopes() const { return scopes_; }
  // Which sources answer nobody.
  [[nodiscard]] OutageWatch& outages() { return outages_; }
  // What became of the calls, each counted once, however many scopes it has.
  [[nodiscard]] CallCounts& call_counts() { return call_counts_; }
  [[nodiscard]] const CallCounts& call_counts() const { return call_counts_; }

 private:
  std::map<std::string, ScopeState, std::less<>> scopes_;
  QuotaLimit& limit(const std::string& scope, const QuotaRule& rule);

  std::vector<Closure> unsaved_;
  std::map<std::string, double, std::less<>> learned_;  // capacities, by family and name of limit
  OutageWatch outages_;
  CallCounts call_counts_;
};

}  // namespace adfill
