// Creatives have no days: pages are committed as they come, and the last transaction writes the one coverage row, marks
// ads that are no longer listed, and completes the chunk. Its date is the day of as_of in the account's time zone.

#include "core/time_zone.h"
#include "sql/sqlite.h"
#include "store/sqlite/figures.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

struct Listed {
  std::int64_t present = 0;
  std::int64_t absent = 0;
};

Listed count_listed(Transaction& transaction, const HeldChunk& held) {
  auto row = transaction.db.query(sqlite::count_creatives, ":advertiser", held.advertiser, ":source", held.source,
                                  ":account", held.account_id);
  must(row.step(), "counting gives a row");
  const std::int64_t present = row.next_integer();
  return {present, row.next_integer()};
}

void write_coverage(Transaction& transaction, const HeldChunk& held, const CreativesCommit& commit,
                    const Listed& listed) {
  transaction.db.run(sqlite::drop_creatives_coverage, ":integration", held.integration);
  transaction.db.run(sqlite::write_coverage, ":integration", held.integration, ":type", held.type,           //
                     ":date", day_in_zone(commit.as_of, held.time_zone),                                     //
                     ":advertiser", held.advertiser, ":source", held.source, ":account", held.account_id,    //
                     ":asked", commit.asked, ":as_of", commit.as_of, ":attempt", held.token, ":report", "",  //
                     ":rows", listed.present, ":impressions", 0, ":clicks", 0, ":cost", 0,                   //
                     ":platform_impressions", std::nullopt, ":platform_clicks", std::nullopt, ":platform_cost",
                     std::nullopt,  //
                     ":difference", Difference::not_asked, ":rows_absent", listed.absent, ":inside_window", false,
                     ":rows_hash", std::nullopt, ":attribution", "", ":conversions", std::nullopt, ":conversion_value",
                     std::nullopt, ":now", transaction.now, ":pinned_at", std::nullopt);
}

// The listing is complete.
void close_listing(Transaction& transaction, const HeldChunk& held, const CreativesCommit& commit) {
  transaction.db.run(sqlite::mark_creatives_absent, ":advertiser", held.advertiser, ":source", held.source, ":account",
                     held.account_id, ":asked", commit.asked, ":listed", json_texts(all_listed(commit)), ":now",
                     transaction.now);
  const Listed listed = count_listed(transaction, held);
  write_coverage(transaction, held, commit, listed);
  transaction.db.run(sqlite::chunk_counts_rows, ":chunk", held.chunk, ":rows", listed.present, ":now", transaction.now);
  transaction.db.run(sqlite::job_counts_rows, ":job", held.job, ":rows", listed.present, ":now", transaction.now);
}

}  // namespace

std::int64_t write_creatives(Transaction& transaction, const HeldChunk& held, Asked asked,
                             const std::vector<Creative>& rows) {
  if (rows.empty()) return 0;
  const bool others = transaction.db.value<int>(sqlite::other_listing_runs, ":integration", held.integration, ":chunk",
                                                held.chunk) == 1;
  auto statement = transaction.db.statement(sqlite::write_creative);
  statement.bind(1, held.advertiser);
  statement.bind(2, held.source);
  statement.bind_kept(3, held.account_id);
  statement.bind(4, asked);
  statement.bind(5, transaction.now);
  statement.bind(23, others);
  std::int64_t written = 0;
  for (const Creative& row : rows) {
    int position = 6;
    for (const std::string* text :
         {&row.ad_id, &row.ad_name, &row.creative_id, &row.campaign_id, &row.ad_group_id, &row.status, &row.title,
          &row.body, &row.call_to_action, &row.link_url, &row.image_url, &row.thumbnail_url, &row.image_hash,
          &row.video_id, &row.video_url, &row.video_source_url, &row.details}) {
      statement.bind_kept(position++, *text);
    }
    statement.run();
    written += transaction.db.changes();
  }
  return written;
}

CommitResult SqliteStore::commit_creatives(const CreativesCommit& commit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    CommitResult result;
    const auto held = check_token(transaction, commit.token);
    if (!held) {
      result.state = CommitResult::State::stale;
      return result;
    }
    must(held->type == CollectionType::creatives, "a chunk is committed with rows of its type");
    const auto there =
        transaction.db.value<std::optional<Asked>>(sqlite::creatives_asked, ":integration", held->integration)
            .value_or(std::nullopt);
    const bool overtaken = there && *there >= commit.asked;
    if (!overtaken) {
      result.rows_written = write_creatives(transaction, *held, commit.asked, commit.rows);
      result.rows_unchanged = static_cast<std::int64_t>(commit.rows.size()) - result.rows_written;
    }
    if (!commit.last) return result;
    if (!overtaken) close_listing(transaction, *held, commit);
    result.days_committed = overtaken ? 0 : 1;
    result.days_left_alone = overtaken ? 1 : 0;
    result.chunk_completed = true;
    result.job_ended = complete_chunk(transaction, *held, {});
    return result;
  });
}

}  // namespace adfill
