#include "sql/postgres.h"
#include "store/postgres/postgres_home.h"
#include "store/postgres/records.h"
#include "store/suspicion_rows.h"

#include <limits>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

constexpr Duration deliveries_kept = std::chrono::days(30);

WatchedType read_watched_row(Rows& row) {
  WatchedType type;
  type.integration = row.next<IntegrationId>();
  type.advertiser = row.next<AdvertiserId>();
  type.source = row.next<Source>();
  type.account_name = row.next<std::string>();
  type.time_zone = row.next<std::string>();
  type.type = row.next<CollectionType>();
  type.status = row.next<IntegrationStatus>();
  type.last_error = row.next<std::string>();
  type.credentials_expire_at = row.next<std::optional<Instant>>();
  type.paused = row.next<bool>();
  type.last_due_at = row.next<std::optional<Instant>>();
  type.next_due_at = row.next<Instant>();
  type.newest = row.next<std::optional<Day>>();
  type.mismatches = row.next<int>();
  type.newest_mismatch = row.next<std::optional<Day>>();
  return type;
}

FailedChunk read_failed_row(Rows& row) {
  FailedChunk chunk;
  chunk.job = row.next<JobId>();
  chunk.integration = row.next<IntegrationId>();
  chunk.advertiser = row.next<AdvertiserId>();
  chunk.source = row.next<Source>();
  chunk.account_name = row.next<std::string>();
  chunk.type = row.next<CollectionType>();
  chunk.job_status = row.next<JobStatus>();
  chunk.range.since = row.next<Day>();
  chunk.range.until = row.next<Day>();
  chunk.message = row.next<std::string>();
  chunk.unparsable = row.next<bool>();
  chunk.days_done = row.next<int>();
  return chunk;
}

AlertRecord read_alert_row(Rows& row) {
  AlertRecord alert;
  alert.id = row.next<AlertId>();
  alert.kind = row.next<AlertKind>();
  alert.subject = row.next<std::string>();
  alert.integration = row.next<std::optional<IntegrationId>>();
  alert.advertiser = row.next<std::optional<AdvertiserId>>();
  alert.source = row.next<std::optional<Source>>();
  alert.account_name = row.next<std::string>();
  alert.message = row.next<std::string>();
  alert.parameters = row.next<std::string>();
  alert.opened_at = row.next<Instant>();
  alert.told_at = row.next<Instant>();
  alert.closed_at = row.next<std::optional<Instant>>();
  return alert;
}

AlertChannelRecord read_channel_row(Rows& row) {
  AlertChannelRecord channel;
  channel.id = row.next<AlertChannelId>();
  channel.kind = row.next<ChannelKind>();
  channel.label = row.next<std::string>();
  channel.sealed = row.next<std::string>();
  const auto advertisers = row.next<std::optional<std::string>>();
  if (advertisers) channel.advertisers = parse_sight(*advertisers);
  channel.created_at = row.next<Instant>();
  channel.delivered_at = row.next<std::optional<Instant>>();
  channel.last_error = row.next<std::string>();
  return channel;
}

std::vector<AlertRecord> list_alerts(Connection& db, const AlertFilter& filter) {
  std::optional<bool> open;
  if (filter.state) open = *filter.state == AlertState::open;
  auto row = db.query(statement::list_alerts, ":sight", sight_text(filter.sight), ":open", open, ":after", filter.after,
                      ":limit", filter.limit);
  std::vector<AlertRecord> records;
  while (row.step()) records.push_back(read_alert_row(row));
  return records;
}

std::vector<SourceOutage> list_outages(Connection& db, Instant since) {
  std::vector<SourceOutage> outages;
  auto row = db.query(statement::list_outages, ":since", since);
  while (row.step()) {
    auto& outage = outages.emplace_back();
    outage.source = row.next<Source>();
    outage.accounts = row.next<int>();
  }
  return outages;
}

void read_queue(Connection& db, AlertSnapshot& snapshot) {
  {
    auto row = db.query(statement::count_released_and_oldest, ":now", snapshot.now);
    if (row.step()) {
      (void)row.next<std::int64_t>();
      snapshot.oldest_due = row.next<std::optional<Instant>>();
    }
  }
  auto row = db.query(statement::list_workers, ":now", snapshot.now);
  while (row.step()) {
    (void)row.next<WorkerId>();
    (void)row.next<std::string>();
    (void)row.next<int>();
    (void)row.next<Instant>();
    if (row.next<Instant>() > snapshot.now) ++snapshot.live_workers;
    snapshot.held_chunks += row.next<int>();
  }
}

void suspect(Connection& db, AlertId alert, const std::vector<NewSuspicion>& suspicions) {
  for (const auto& suspicion : suspicions) {
    db.send(statement::insert_suspicion, ":alert", alert, ":integration", suspicion.integration, ":since",
            suspicion.since);
  }
}

// False: another process was first.
bool write_alerts(Transaction& transaction, const AlertChanges& changes) {
  auto& db = transaction.db;
  for (const auto& alert : changes.opened) {
    if (db.run(statement::insert_alert, ":id", alert.id, ":kind", alert.kind, ":subject", alert.subject, ":integration",
               alert.integration, ":source", alert.source, ":message", alert.message, ":parameters", alert.parameters,
               ":now", transaction.now()) == 0)
      return false;
    suspect(db, alert.id, alert.suspicions);
  }
  for (const auto& alert : changes.renewed) {
    const auto told_at = alert.tell ? std::optional(transaction.now()) : std::nullopt;
    if (db.run(statement::renew_alert, ":id", alert.id, ":message", alert.message, ":parameters", alert.parameters,
               ":told_at", told_at, ":told_before", alert.told_before) == 0)
      return false;
    suspect(db, alert.id, alert.suspicions);
  }
  if (!changes.closed.empty()) {
    const Asked asked = draw_number(transaction);
    for (const auto& alert : changes.closed) {
      if (db.run(statement::close_alert, ":id", alert, ":now", transaction.now()) == 0) return false;
      db.send(statement::end_suspicions, ":alert", alert, ":asked", asked);
    }
  }
  for (const auto& delivery : changes.deliveries) {
    db.send(statement::insert_alert_delivery, ":id", delivery.id, ":channel", delivery.channel, ":payload",
            delivery.payload, ":now", transaction.now());
  }
  db.send(statement::forget_deliveries, ":oldest", transaction.now() - deliveries_kept);
  return true;
}

}  // namespace

AlertSnapshot PostgresStore::alert_snapshot(const AlertLook& look) {
  return read([&](Transaction& transaction) {
    auto& db = transaction.db;
    AlertSnapshot snapshot;
    snapshot.now = transaction.now();
    {
      auto row = db.query(statement::list_watched);
      while (row.step()) snapshot.types.push_back(read_watched_row(row));
    }
    {
      auto row = db.query(statement::list_failed_chunks, ":since", snapshot.now - look.failed);
      while (row.step()) snapshot.failed.push_back(read_failed_row(row));
    }
    snapshot.outages = list_outages(db, snapshot.now - look.outage);
    snapshot.past_outages = list_outages(db, snapshot.now - look.past_outage);
    read_queue(db, snapshot);
    AlertFilter open;
    open.state = AlertState::open;
    open.limit = std::numeric_limits<int>::max();
    snapshot.open = list_alerts(db, open);
    if (look.suspicions) snapshot.suspicions = read_suspicions(db.query(statement::list_suspicions));
    return snapshot;
  });
}

std::vector<AccountDays> PostgresStore::account_days(Day since, std::optional<IntegrationId> after, int limit) {
  return read([&](Connection& db) {
    return read_account_days(db.query(statement::list_account_days, ":since", since, ":after", after, ":limit", limit));
  });
}

bool PostgresStore::change_alerts(const AlertChanges& changes) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const bool first = write_alerts(transaction, changes);
    if (!first) transaction.give_up();
    return first;
  });
}

std::vector<AlertRecord> PostgresStore::alerts(const AlertFilter& filter) {
  return read([&](Connection& db) { return list_alerts(db, filter); });
}

std::vector<AlertChannelRecord> PostgresStore::alert_channels(const AlertChannelFilter& filter) {
  return read([&](Connection& db) {
    std::vector<AlertChannelRecord> records;
    {
      auto row = db.query(statement::list_alert_channels, ":sight", sight_text(filter.sight), ":after", filter.after,
                          ":limit", filter.limit);
      while (row.step()) records.push_back(read_channel_row(row));
    }
    for (auto& record : records) {
      if (!record.advertisers) continue;
      record.advertiser_names =
          db.values<std::string>(statement::list_advertiser_names, ":sight", sight_text(record.advertisers));
    }
    return records;
  });
}

void PostgresStore::add_alert_channel(const AlertChannelRecord& channel, const std::string& who) {
  write(Durability::promised, [&](Transaction& transaction) {
    transaction.db.send(statement::insert_alert_channel, ":id", channel.id, ":kind", channel.kind, ":label",
                        channel.label, ":sealed", channel.sealed, ":advertisers", sight_text(channel.advertisers),
                        ":now", transaction.now());
    write_audit(transaction, who, "alert_channel.add", channel.label);
  });
}

Outcome PostgresStore::remove_alert_channel(AlertChannelId channel, const Sight& sight, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int removed =
        transaction.db.run(statement::remove_alert_channel, ":channel", channel, ":sight", sight_text(sight));
    if (removed == 0) return Outcome::not_found;
    write_audit(transaction, who, "alert_channel.remove", channel.to_string());
    return Outcome::done;
  });
}

Outcome PostgresStore::reseal_alert_channel(AlertChannelId channel, const std::string& sealed,
                                            const std::string& sealed_anew) {
  return write(Durability::promised, [&](Transaction& transaction) {
    const int changed = transaction.db.run(statement::reseal_alert_channel, ":channel", channel, ":sealed", sealed,
                                           ":sealed_anew", sealed_anew);
    return changed == 1 ? Outcome::done : Outcome::stale;
  });
}

std::vector<AlertDelivery> PostgresStore::take_deliveries(int limit, Duration lease) {
  return write(Durability::promised, [&](Transaction& transaction) {
    std::vector<AlertDelivery> taken;
    {
      auto row = transaction.db.query(statement::list_due_deliveries, ":now", transaction.now(), ":limit", limit);
      while (row.step()) {
        auto& delivery = taken.emplace_back();
        delivery.id = row.next<AlertDeliveryId>();
        delivery.channel = row.next<AlertChannelId>();
        delivery.kind = row.next<ChannelKind>();
        delivery.sealed = row.next<std::string>();
        delivery.payload = row.next<std::string>();
        delivery.attempts = row.next<int>();
      }
    }
    for (const auto& delivery : taken)
      transaction.db.send(statement::take_delivery, ":id", delivery.id, ":again_at", transaction.now() + lease);
    return taken;
  });
}

void PostgresStore::end_delivery(const DeliveryEnd& end) {
  write(Durability::promised, [&](Transaction& transaction) {
    const auto delivered_at = end.error ? std::nullopt : std::optional(transaction.now());
    transaction.db.send(statement::end_delivery, ":id", end.id, ":again_at", end.again_at, ":delivered_at",
                        delivered_at, ":error", end.error);
  });
}

}  // namespace adfill::postgres
