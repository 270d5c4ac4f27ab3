// What adfill asks of an ad platform, and nothing of how a platform is asked. One connector a source, living as long as
// the process, on the event loop's thread. Nothing that came over the wire makes a connector throw: it becomes a
// Failure.
#pragma once

#include "core/chunk_plan.h"
#include "core/collection.h"
#include "core/day.h"
#include "core/instant.h"
#include "core/result.h"
#include "core/rows.h"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// Names and secrets as the user gave them ("access_token", "app_secret"). Never printed.
struct Credentials {
  std::map<std::string, std::string, std::less<>> fields{};
};

struct VerifiedAccount {
  std::string account_id;  // the platform's own spelling (Meta: act_123)
  std::string name;
  std::string currency;               // ISO 4217
  std::string time_zone;              // IANA
  std::vector<std::string> scopes{};  // whose quotas its calls count for ("meta:app:…", "meta:account:act_123")
  std::optional<Instant> credentials_expire_at{};  // nullopt: never, or the platform does not tell
};

// An account that credentials can see.
struct ListedAccount {
  std::string account_id;
  std::string name;
  std::string currency;   // ISO 4217
  std::string time_zone;  // IANA
  std::string status;     // "active", "disabled" …; in the platform's own words where adfill has none
};

// What an account's credentials may do, each found out by a call.
struct Examination {
  struct Check {
    std::string name;  // "account", "figures" …
    bool good = false;
    std::string detail;    // what was found, and what to do
    bool refused = false;  // the credentials were: new ones are needed
  };
  std::vector<Check> checks{};
  std::string tier{};  // of the app's access: "limited", "full"; empty where the platform does not tell
  std::optional<Instant> credentials_expire_at{};
};

// How a single day is asked for: at once, or as a sum of parts where the whole is too large for the platform. Each is
// finer than the one before.
enum class DayPart { whole, campaigns, ad_sets, ads };

// What is asked at once: a whole chunk, fewer days of it, or one day in parts.
struct SliceRequest {
  std::string account_id;
  std::string time_zone;
  std::string currency;
  std::vector<std::string> scopes{};
  Credentials credentials{};
  std::string attribution{};  // as attribution_of() spells it; empty: as the source does by itself
  CollectionType type = CollectionType::ads;
  DayRange range{};                             // without meaning for creatives
  DayPart part = DayPart::whole;                // other than whole: of a range of one day
  std::map<std::string, VideoLinks> videos{};   // of creatives: those known already, by id
  std::vector<std::string> unlisted_ads{};      // of creatives: ads to be read by their ids where the list lacks them
  std::optional<std::string> running_report{};  // one asked for before, for the same type and range
};

// Where a slice's answer goes, piece by piece. Implemented by collect; a Failure from it ends the slice with that
// failure.
class SliceSink {
 public:
  virtual ~SliceSink() = default;
  // The platform works on it: remembered, so that another attempt at this chunk can pick it up.
  virtual boost::asio::awaitable<Result<void>> report_started(std::string report_id) = 0;
  // It can't be picked up any more (failed, expired): a new one may follow.
  virtual boost::asio::awaitable<Result<void>> report_lost(std::string report_id) = 0;
  // Something happened that shows the platform is at it (a poll, a page): the attempt is not stuck.
  virtual void alive() = 0;
  // Runs it on another thread than the event loop's, where there is one, and returns when it is done. `work` owns what
  // it needs: it is not cancelled when the waiter is.
  virtual boost::asio::awaitable<void> aside(std::function<void()> work);
  virtual boost::asio::awaitable<Result<void>> ads(std::vector<AdRow> rows) = 0;
  virtual boost::asio::awaitable<Result<void>> demographics(std::vector<DemographicRow> rows) = 0;
  virtual boost::asio::awaitable<Result<void>> creatives(std::vector<Creative> rows) = 0;
  // The account's own totals of one day; days that it does not mention are not told.
  virtual boost::asio::awaitable<Result<void>> account_total(Day day, Totals totals) = 0;
};

// What a slice costs, about, in calls.
struct CallPrice {
  double report = 4;         // however many days it has: asking for a report, following it, the account's totals
  double rows_a_page = 500;  // and a call each
};

// What a few cheap calls tell of how much an account holds in a range.
struct AccountProbe {
  struct DayRows {
    Day day;
    std::int64_t rows = 0;
  };
  std::vector<Day> active_days{};  // on which the account has figures, in order; the others have no rows
  std::vector<DayRows> ads{};      // of some of those, in order
  std::vector<DayRows> demographics{};
  std::int64_t creatives = 0;
  std::int64_t videos = 0;  // of creatives; each is read once
  Duration report{};        // how long the platform works on a report
  Duration call{};          // from a call to its answer
  std::string tier{};       // of the app's access, where the platform tells it
  bool rough = false;       // something was too large to be counted
};

struct ProbeRequest {
  VerifiedAccount account;
  Credentials credentials{};
  DayRange range{};
  std::vector<CollectionType> types{};
};

// A chunk as it would be planned, and the rows that it seems to have.
struct PlannedChunk {
  CollectionType type = CollectionType::ads;
  DayRange range{};
  std::int64_t rows = 0;
  bool known = false;  // something of its type is collected already, so that it waits for no pilot
};

// What collecting chunks takes, on average.
struct Rehearsal {
  std::vector<double> calls{};  // of each chunk
  Duration time{};              // from the first call to the last answer
};

// What an account's own totals say of a day.
struct DayTotals {
  Day day;
  Totals totals;
};

struct TypePlan {
  ChunkRule chunks{};
  CallPrice calls{};
  bool supported = true;
  bool has_days = true;  // false for creatives: one chunk, whatever the range
};

// A picture as its server gave it.
struct FetchedPicture {
  std::string content_type;
  std::string bytes;
};

class Connector {
 public:
  virtual ~Connector() = default;
  [[nodiscard]] virtual Source source() const = 0;
  [[nodiscard]] virtual TypePlan plan(CollectionType type) const = 0;
  // The first day that the platform still has, on the account's day `today`.
  [[nodiscard]] virtual Day earliest_day(Day today) const = 0;
  // How many days back from yesterday figures still change.
  [[nodiscard]] virtual int restatement_days(CollectionType type) const = 0;
  // Conversions counted in these windows ("7d_click", "1d_view"), as IntegrationRecord::attribution keeps it; or which
  // windows there are, in words.
  [[nodiscard]] virtual std::expected<std::string, std::string> attribution_of(
      const std::vector<std::string>& windows) const;
  // What is recorded with a day of that type that was asked for with it, in the source's own word.
  [[nodiscard]] virtual std::string recorded_attribution(CollectionType /*type*/,
                                                         const std::string& attribution) const {
    return attribution;
  }
  // The finest parts that a single day of that type can be asked for in.
  [[nodiscard]] virtual DayPart finest_part(CollectionType /*type*/) const { return DayPart::whole; }
  // Which field is wrong with this account id or these credentials ("account_id", "credentials.access_token") and what
  // is allowed, in words; nullopt when they have the right form.
  struct Malformed {
    std::string field;
    std::string message;
    std::string code;  // for programs: "missing", "wrong_token"
  };
  [[nodiscard]] virtual std::optional<Malformed> malformed(std::string_view account_id,
                                                           const Credentials& credentials) const = 0;
  // Asks the platform who this is.
  virtual boost::asio::awaitable<Result<VerifiedAccount>> verify(std::string account_id, Credentials credentials) = 0;
  // All accounts that the credentials can see. A source that can't list them says so with a permanent Failure.
  virtual boost::asio::awaitable<Result<std::vector<ListedAccount>>> accounts(Credentials credentials);
  // Tries what collecting needs. Changes nothing.
  virtual boost::asio::awaitable<Examination> examine(std::string account_id, Credentials credentials);
  // Looks how much there is to collect. A source that can't tell says so with a permanent Failure.
  virtual boost::asio::awaitable<Result<AccountProbe>> probe(ProbeRequest request);
  // What these chunks take, in this order and so many at once, after that probe: with the account's quotas as they are
  // known, and as full as they are now.
  [[nodiscard]] virtual Rehearsal rehearse(const VerifiedAccount& /*account*/, const std::vector<PlannedChunk>& chunks,
                                           const AccountProbe& /*probe*/, int /*at_once*/) const {
    return {.calls = std::vector<double>(chunks.size())};
  }
  // Brings a slice into the sink, to its last row and with the account's totals, or says why it could not.
  virtual boost::asio::awaitable<Result<void>> collect(SliceRequest request, SliceSink& sink) = 0;
  // The picture behind a link that the source has told; from nowhere but out on the internet, or the source itself.
  virtual boost::asio::awaitable<Result<FetchedPicture>> picture(std::string url);
  // The account's own totals alone, of those days of the range that it mentions: a call, however large the account.
  // None from a source that can't tell them.
  virtual boost::asio::awaitable<Result<std::vector<DayTotals>>> totals(SliceRequest request);
};

}  // namespace adfill
