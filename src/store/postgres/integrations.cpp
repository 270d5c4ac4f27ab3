#include "sql/postgres.h"
#include "store/postgres/jobs.h"
#include "store/postgres/postgres_home.h"

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

void insert_schedules(Transaction& transaction, const NewIntegration& integration) {
  for (const NewSchedule& schedule : integration.schedules) {
    transaction.db.send(statement::insert_schedule, ":id", ScheduleId{transaction.new_uuid()}, ":integration",
                        integration.id, ":type", schedule.type, ":cron", schedule.cron, ":time_zone",
                        integration.time_zone, ":next_due_at", schedule.next_due_at, ":now", transaction.now());
  }
}

void insert_scopes(Transaction& transaction, IntegrationId integration, const std::vector<std::string>& scopes) {
  for (const std::string& scope : scopes) {
    transaction.db.send(statement::insert_scope, ":integration", integration, ":scope", scope);
  }
}

// Figures know their account, not their integration: they are there also when no chunk of it is.
void purge_figures(Transaction& transaction, IntegrationId integration) {
  std::string advertiser;
  std::string source;
  std::string account;
  {
    auto row = transaction.db.query(statement::integration_account, ":integration", integration);
    must(row.step(), "the integration was found before");
    advertiser = row.next<std::string>();
    source = row.next<std::string>();
    account = row.next<std::string>();
  }
  for (const auto statement :
       {statement::purge_ads, statement::purge_demographics, statement::purge_creatives, statement::purge_pictures}) {
    transaction.db.send(statement, ":advertiser", advertiser, ":source", source, ":account", account);
  }
}

}  // namespace

std::expected<EnqueuedJobs, IntegrationExists> PostgresStore::add_integration(const NewIntegration& integration,
                                                                              const std::vector<PlannedJob>& jobs,
                                                                              const std::string& who) {
  using Added = std::expected<EnqueuedJobs, IntegrationExists>;
  return write(Durability::promised, [&](Transaction& transaction) -> Added {
    const auto there =
        transaction.db.value<IntegrationId>(statement::find_integration, ":advertiser", integration.advertiser_name,
                                            ":source", integration.source, ":account", integration.account_id);
    if (there) return std::unexpected(IntegrationExists{*there});
    const AdvertiserId advertiser = find_or_make_advertiser(transaction, integration.advertiser_name);
    transaction.db.send(statement::insert_integration, ":id", integration.id, ":advertiser", advertiser, ":source",
                        integration.source, ":account", integration.account_id, ":account_name",
                        integration.account_name, ":currency", integration.currency, ":time_zone",
                        integration.time_zone, ":attribution", integration.attribution, ":keep_thumbnails",
                        integration.keep_thumbnails, ":expire_at", integration.credentials_expire_at, ":now",
                        transaction.now());
    transaction.db.send(statement::insert_credentials, ":integration", integration.id, ":sealed",
                        integration.sealed_credentials);
    insert_scopes(transaction, integration.id, integration.scopes);
    insert_schedules(transaction, integration);
    write_audit(transaction, who, "integration.add", integration.id.to_string());
    const SentJobs sent = send_jobs(transaction, integration.id, jobs, who);
    transaction.commit();  // in the same round trip
    return take_jobs(transaction, sent);
  });
}

Outcome PostgresStore::replace_credentials(IntegrationId integration, const NewCredentials& credentials,
                                           const std::string& who) {
  const Outcome outcome = write(Durability::promised, [&](Transaction& transaction) {
    if (!lock_integration(transaction, integration)) return Outcome::not_found;
    transaction.db.send(statement::replace_credentials, ":integration", integration, ":sealed",
                        credentials.sealed_credentials);
    transaction.db.send(statement::drop_scopes, ":integration", integration);
    insert_scopes(transaction, integration, credentials.scopes);
    transaction.db.send(statement::describe_account, ":integration", integration, ":account_name",
                        credentials.account_name, ":currency", credentials.currency, ":time_zone",
                        credentials.time_zone, ":expire_at", credentials.credentials_expire_at, ":now",
                        transaction.now());
    settle_integration(transaction, integration);
    write_audit(transaction, who, "credentials.replace", integration.to_string());
    return Outcome::done;
  });
  if (outcome == Outcome::done) unpark(integration);
  return outcome;
}

// Behind the commit of what opened it: a claim either sees that, or holds the chunks that it parks until this has
// waited for it. In the same transaction it would also hold the integration against the claim that it waits for.
void PostgresStore::unpark(IntegrationId integration) {
  write(Durability::promised, [&](Transaction& transaction) {
    transaction.db.send(statement::unpark_integration, ":integration", integration);
  });
}

std::optional<SealedCredentials> PostgresStore::credentials(IntegrationId integration) {
  return read([&](Connection& db) -> std::optional<SealedCredentials> {
    auto row = db.query(statement::read_credentials, ":integration", integration);
    if (!row.step()) return std::nullopt;
    SealedCredentials credentials;
    credentials.sealed = row.next<std::string>();
    credentials.version = row.next<int>();
    return credentials;
  });
}

Outcome PostgresStore::set_attribution(IntegrationId integration, const std::string& attribution,
                                       const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    if (!lock_integration(transaction, integration)) return Outcome::not_found;
    transaction.db.send(statement::set_attribution, ":integration", integration, ":attribution", attribution, ":now",
                        transaction.now());
    write_audit(transaction, who, "integration.attribution", integration.to_string());
    return Outcome::done;
  });
}

Outcome PostgresStore::set_keep_thumbnails(IntegrationId integration, bool keep, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    if (!lock_integration(transaction, integration)) return Outcome::not_found;
    transaction.db.send(statement::set_keep_thumbnails, ":integration", integration, ":keep", keep, ":now",
                        transaction.now());
    write_audit(transaction, who, keep ? "integration.keep_thumbnails" : "integration.drop_thumbnails",
                integration.to_string());
    return Outcome::done;
  });
}

Outcome PostgresStore::pause(IntegrationId integration, bool paused, const std::string& who) {
  const Outcome outcome = write(Durability::promised, [&](Transaction& transaction) {
    if (!lock_integration(transaction, integration)) return Outcome::not_found;
    transaction.db.send(statement::pause_integration, ":integration", integration, ":paused", paused, ":now",
                        transaction.now());
    write_audit(transaction, who, paused ? "integration.pause" : "integration.resume", integration.to_string());
    return Outcome::done;
  });
  if (outcome == Outcome::done && !paused) unpark(integration);
  return outcome;
}

Outcome PostgresStore::remove_integration(IntegrationId integration, bool purge, const std::string& who) {
  return write(Durability::promised, [&](Transaction& transaction) {
    if (!lock_integration(transaction, integration)) return Outcome::not_found;
    if (purge) purge_figures(transaction, integration);
    transaction.db.send(statement::offer_no_more, ":integration", integration, ":now", transaction.now());
    transaction.db.send(statement::delete_integration, ":integration", integration);
    write_audit(transaction, who, purge ? "integration.purge" : "integration.remove", integration.to_string());
    return Outcome::done;
  });
}

}  // namespace adfill::postgres
