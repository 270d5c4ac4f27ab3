#include "store/postgres/claim_reading.h"

#include "sql/postgres.h"

#include <map>
#include <set>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// Within it a report that was begun may be picked up instead of being asked for again.
constexpr Duration report_lifetime = std::chrono::hours(6);

using ClaimsByChunk = std::map<ChunkId, ReadClaim*>;

// Rows whose first column is the chunk; what can't be read is that chunk's trouble alone.
template <class Read>
void read_by_chunk(Rows rows, const ClaimsByChunk& claims, Read read) {
  while (rows.step()) {
    ReadClaim& claim = *claims.at(rows.next<ChunkId>());
    try {
      read(rows, claim);
    } catch (const UnreadableValue& error) {
      claim.unreadable = error.what();
    }
  }
}

void read_facts(Rows& row, ReadClaim& read) {
  read.was_tried = row.next<bool>();
  Claim& claim = read.claim;
  claim.job = row.next<JobId>();
  claim.integration = row.next<IntegrationId>();
  claim.advertiser = row.next<AdvertiserId>();
  claim.advertiser_name = row.next<std::string>();
  claim.source = row.next<Source>();
  claim.type = row.next<CollectionType>();
  claim.mode = row.next<JobMode>();
  claim.chunk_index = row.next<int>();
  claim.range.since = row.next<Day>();
  claim.range.until = row.next<Day>();
  claim.job_asked = row.next<Asked>();
  claim.retry_count = row.next<int>();
  claim.max_retries = row.next<int>();
  claim.lost_count = row.next<int>();
  claim.unparsable_before = row.next<bool>();
  claim.account_id = row.next<std::string>();
  claim.time_zone = row.next<std::string>();
  claim.currency = row.next<std::string>();
  claim.sealed_credentials = row.next<std::string>();
  claim.credentials_version = row.next<int>();
  claim.attribution = row.next<std::string>();
  claim.keep_thumbnails = row.next<bool>();
  claim.slice_days = row.next<std::optional<int>>();
  claim.window_days = window_days_of(row.next<std::optional<std::string>>());
}

void read_report(Rows& row, ReadClaim& read) {
  RunningReport report;
  report.report_id = row.next<std::string>();
  report.range.since = row.next<Day>();
  report.range.until = row.next<Day>();
  report.asked = row.next<Asked>();
  report.started_at = row.next<Instant>();
  read.claim.reports.push_back(std::move(report));
}

void read_scopes(Rows row, std::vector<ReadClaim>& claims) {
  std::map<IntegrationId, std::vector<std::string>> scopes;
  while (row.step()) {
    auto& of_integration = scopes[row.next<IntegrationId>()];
    of_integration.push_back(row.next<std::string>());
  }
  for (ReadClaim& read : claims) read.claim.scopes = scopes[read.claim.integration];
}

void open_all_but(const std::set<Day>& done, Claim& claim) {
  if (claim.type == CollectionType::creatives) return;
  for (Day day = claim.range.since; day <= claim.range.until; day = day.plus(1)) {
    if (!done.contains(day)) claim.open_days.push_back(day);
  }
}

}  // namespace

std::vector<ReadClaim> read_claims(Transaction& transaction, const std::vector<TakenChunk>& taken) {
  std::vector<ReadClaim> claims(taken.size());
  ClaimsByChunk by_chunk;
  Array chunks;
  Array integrations;
  for (std::size_t at = 0; at < taken.size(); ++at) {
    claims[at].claim.token = taken[at].token;
    claims[at].claim.chunk = taken[at].chunk;
    claims[at].claim.integration = taken[at].integration;
    by_chunk[taken[at].chunk] = &claims[at];
    chunks.add(taken[at].chunk);
    integrations.add(taken[at].integration);
  }
  Connection& db = transaction.db;
  const Answer facts = db.ask(statement::read_claim, ":chunks", chunks, ":now", transaction.now());
  const Answer scopes = db.ask(statement::list_scopes, ":integrations", integrations);
  const Answer days_done = db.ask(statement::list_days_done, ":chunks", chunks);
  db.send(statement::forget_old_reports, ":chunks", chunks, ":oldest", transaction.now() - report_lifetime);
  const Answer reports = db.ask(statement::list_reports, ":chunks", chunks);

  read_by_chunk(db.take(facts), by_chunk, read_facts);
  read_scopes(db.take(scopes), claims);
  std::map<ChunkId, std::set<Day>> done;
  read_by_chunk(db.take(days_done), by_chunk,
                [&done](Rows& row, const ReadClaim& read) { done[read.claim.chunk].insert(row.next<Day>()); });
  for (ReadClaim& read : claims) {
    if (read.unreadable.empty()) open_all_but(done[read.claim.chunk], read.claim);
  }
  read_by_chunk(db.take(reports), by_chunk, read_report);
  return claims;
}

}  // namespace adfill::postgres
