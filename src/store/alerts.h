// Alerts: what is wrong now, whom to tell, and what is still to be told. What is wrong is decided by collect from a
// snapshot; the store keeps one open alert a kind and subject, and a delivery for each channel until it has arrived.
#pragma once

#include "store/records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

using AlertId = Id<struct AlertTag>;
using AlertChannelId = Id<struct AlertChannelTag>;
using AlertDeliveryId = Id<struct AlertDeliveryTag>;

enum class AlertKind { freshness, credentials, job_failed, mismatch, unparsable, outage, queue, metric_fall };
enum class ChannelKind { webhook, slack, email };
enum class AlertState { open, closed };

[[nodiscard]] std::string_view to_string(AlertKind value);
[[nodiscard]] std::string_view to_string(ChannelKind value);
[[nodiscard]] std::string_view to_string(AlertState value);
template <>
std::optional<AlertKind> parse<AlertKind>(std::string_view text);
template <>
std::optional<ChannelKind> parse<ChannelKind>(std::string_view text);
template <>
std::optional<AlertState> parse<AlertState>(std::string_view text);

struct AlertRecord {
  AlertId id;
  AlertKind kind = AlertKind::freshness;
  std::string subject;  // what it is about: one is open at a time of each kind and subject
  // Unset: about a platform or this adfill as a whole.
  std::optional<IntegrationId> integration{};
  std::optional<AdvertiserId> advertiser{};
  std::optional<Source> source{};
  std::string account_name;
  std::string message;            // for people
  std::string parameters = "{}";  // what its words are made of: a JSON object, whose members follow from the kind
  Instant opened_at{};
  Instant told_at{};  // when the channels were told of it last
  std::optional<Instant> closed_at{};
};

// Open ones first, then newest first.
struct AlertFilter {
  Sight sight{};
  std::optional<AlertState> state{};
  std::optional<AlertId> after{};  // cursor
  int limit = 50;
};

// Of an account's type: all that tells whether its figures are there.
struct WatchedType {
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  std::string account_name;
  std::string time_zone;
  CollectionType type = CollectionType::ads;
  IntegrationStatus status = IntegrationStatus::pending;
  std::string last_error;
  std::optional<Instant> credentials_expire_at{};
  bool paused = false;  // the account or the schedule
  std::optional<Instant> last_due_at{};
  Instant next_due_at{};
  std::optional<Day> newest{};  // covered
  int mismatches = 0;           // days with an unexplained difference
  std::optional<Day> newest_mismatch{};
};

// A failed chunk that nobody cancelled.
struct FailedChunk {
  JobId job;
  IntegrationId integration;
  AdvertiserId advertiser;
  Source source = Source::meta;
  std::string account_name;
  CollectionType type = CollectionType::ads;
  JobStatus job_status = JobStatus::running;
  DayRange range{};
  std::string message;
  bool unparsable = false;
  int days_done = 0;  // by this job or a later one; for creatives above 0 when there is a later listing
};

struct SourceOutage {
  Source source = Source::meta;
  int accounts = 0;  // that met it lately
};

// An account whose days are suspect from a day on, as an open alert has it.
struct Suspicion {
  AlertId alert;
  IntegrationId integration;
  AdvertiserId advertiser;
  Day since;
};

struct AlertSnapshot {
  Instant now{};
  std::vector<WatchedType> types{};
  std::vector<FailedChunk> failed{};
  std::vector<SourceOutage> outages{};
  std::vector<SourceOutage> past_outages{};  // those of the last hours, with the ones above
  std::optional<Instant> oldest_due{};       // of released chunks that nobody works on and that may run now
  int live_workers = 0;
  int held_chunks = 0;
  std::vector<AlertRecord> open{};
  std::vector<Suspicion> suspicions{};  // where they were asked for
};

// How far back a snapshot looks: for failed chunks, and for an outage that has just been.
struct AlertLook {
  Duration failed = std::chrono::days(35);
  Duration outage = std::chrono::minutes(5);
  Duration past_outage = std::chrono::hours(2);
  bool suspicions = false;
};

struct NewSuspicion {
  IntegrationId integration;
  Day since;
};

struct NewAlert {
  AlertId id;
  AlertKind kind = AlertKind::freshness;
  std::string subject;
  std::optional<IntegrationId> integration{};
  std::optional<AdvertiserId> advertiser{};
  std::optional<Source> source{};
  std::string message;
  std::string parameters = "{}";
  std::vector<NewSuspicion> suspicions{};
};

struct RenewedAlert {
  AlertId id;
  std::string message;
  std::string parameters = "{}";
  Instant told_before{};  // as the snapshot had it
  bool tell = false;
  std::vector<NewSuspicion> suspicions{};  // that have come since
};

struct NewDelivery {
  AlertDeliveryId id;
  AlertChannelId channel;
  std::string payload;
};

struct AlertChanges {
  std::vector<NewAlert> opened{};
  std::vector<RenewedAlert> renewed{};
  std::vector<AlertId> closed{};  // days that they made suspect wait to be collected again
  std::vector<NewDelivery> deliveries{};
};

struct AlertChannelRecord {
  AlertChannelId id;
  ChannelKind kind = ChannelKind::webhook;
  std::string label;   // its host or address, for people
  std::string sealed;  // target and secret, sealed under its id
  Sight advertisers{};
  std::vector<std::string> advertiser_names{};  // as alert_channels() tells it
  Instant created_at{};
  std::optional<Instant> delivered_at{};  // last
  std::string last_error{};               // of what could not be delivered yet, or for good; empty when all has arrived
};

// Those that see nothing beyond `sight`, newest first.
struct AlertChannelFilter {
  Sight sight{};
  std::optional<AlertChannelId> after{};  // cursor
  int limit = 50;
};

struct AlertDelivery {
  AlertDeliveryId id;
  AlertChannelId channel;
  ChannelKind kind = ChannelKind::webhook;
  std::string sealed;
  std::string payload;
  int attempts = 0;  // this one included
};

// nullopt as error: it has arrived. An error without a next time: given up.
struct DeliveryEnd {
  AlertDeliveryId id;
  std::optional<std::string> error{};
  std::optional<Instant> again_at{};
};

}  // namespace adfill
