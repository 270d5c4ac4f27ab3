// Creatives have no days: pages are committed as they come, and the last transaction writes the one coverage row, marks
// ads that are no longer listed, and completes the chunk. Its date is the day of as_of in the account's time zone.

#include "core/time_zone.h"
#include "sql/postgres.h"
#include "store/postgres/figures.h"
#include "store/postgres/postgres_home.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

constexpr std::size_t rows_a_statement = 2'000;
constexpr std::size_t creative_columns = 17;

std::array<const std::string*, creative_columns> columns_of(const Creative& row) {
  return {
      &row.ad_id,      &row.ad_name,  &row.creative_id,    &row.campaign_id,      &row.ad_group_id, &row.status,
      &row.title,      &row.body,     &row.call_to_action, &row.link_url,         &row.image_url,   &row.thumbnail_url,
      &row.image_hash, &row.video_id, &row.video_url,      &row.video_source_url, &row.details};
}

int write_rows(Transaction& transaction, const HeldChunk& held, Asked asked, bool others,
               std::span<const Creative* const> rows) {
  std::array<Array, creative_columns> columns;
  for (const Creative* row : rows) {
    const auto texts = columns_of(*row);
    for (std::size_t column = 0; column < creative_columns; ++column) columns[column].add(*texts[column]);
  }
  return transaction.db.run(statement::write_creative, ":advertiser", held.advertiser, ":source", held.source,
                            ":account", held.account_id, ":asked", asked, ":now", transaction.now(),  //
                            ":ad_ids", columns[0], ":ad_names", columns[1], ":creative_ids", columns[2],
                            ":campaign_ids", columns[3], ":ad_group_ids", columns[4], ":statuses", columns[5],
                            ":titles", columns[6], ":bodies", columns[7], ":calls_to_action", columns[8], ":link_urls",
                            columns[9], ":image_urls", columns[10], ":thumbnail_urls", columns[11], ":image_hashes",
                            columns[12], ":video_ids", columns[13], ":video_urls", columns[14], ":video_source_urls",
                            columns[15], ":details", columns[16], ":others", others);
}

struct Listed {
  std::int64_t present = 0;
  std::int64_t absent = 0;
};

Listed count_listed(Transaction& transaction, const HeldChunk& held) {
  auto row = transaction.db.query(statement::count_creatives, ":advertiser", held.advertiser, ":source", held.source,
                                  ":account", held.account_id);
  must(row.step(), "counting gives a row");
  const std::int64_t present = row.next_integer();
  return {present, row.next_integer()};
}

void write_coverage(Transaction& transaction, const HeldChunk& held, const CreativesCommit& commit,
                    const Listed& listed) {
  transaction.db.send(statement::drop_creatives_coverage, ":integration", held.integration);
  const auto one = [](const auto& value) { return array_of(std::array{value}); };
  const Array none = one(std::optional<std::int64_t>());
  const Array zero = one(0);
  transaction.db.send(statement::write_coverage, ":integrations", one(held.integration), ":types", one(held.type),
                      ":advertisers", one(held.advertiser), ":sources", one(held.source), ":accounts",
                      one(std::string_view(held.account_id)), ":attempts", one(held.token),  //
                      ":dates", one(day_in_zone(commit.as_of, held.time_zone)), ":asked", one(commit.asked), ":as_of",
                      one(commit.as_of), ":reports", one(std::string_view("")), ":rows", one(listed.present),
                      ":impressions", zero, ":clicks", zero, ":costs", zero, ":platform_impressions", none,
                      ":platform_clicks", none, ":platform_costs", none, ":differences",
                      one(to_string(Difference::not_asked)), ":rows_absent", one(listed.absent), ":inside_window",
                      one(false), ":rows_hashes", none, ":attributions", one(std::string_view("")), ":conversions",
                      none, ":conversion_values", none, ":now", transaction.now(), ":pinned_at", none);
}

// The listing is complete.
void close_listing(Transaction& transaction, const HeldChunk& held, const CreativesCommit& commit) {
  transaction.db.send(statement::mark_creatives_absent, ":advertiser", held.advertiser, ":source", held.source,
                      ":account", held.account_id, ":asked", commit.asked, ":listed", array_of(all_listed(commit)),
                      ":now", transaction.now());
  const Listed listed = count_listed(transaction, held);
  write_coverage(transaction, held, commit, listed);
  transaction.db.send(statement::chunk_counts_rows, ":chunk", held.chunk, ":rows", listed.present, ":now",
                      transaction.now());
  transaction.db.send(statement::job_counts_rows, ":job", held.job, ":rows", listed.present, ":now", transaction.now());
}

}  // namespace

std::int64_t write_creatives(Transaction& transaction, const HeldChunk& held, Asked asked,
                             const std::vector<Creative>& given) {
  std::map<std::string_view, const Creative*> by_key;  // in order, and of an ad listed twice the last
  for (const Creative& row : given) by_key[row.ad_id] = &row;
  std::vector<const Creative*> rows;
  rows.reserve(by_key.size());
  for (const auto& [key, row] : by_key) rows.push_back(row);
  const bool others = transaction.db.value<int>(statement::other_listing_runs, ":integration", held.integration,
                                                ":chunk", held.chunk) == 1;
  std::int64_t written = 0;
  const std::span<const Creative* const> all(rows);
  for (std::size_t at = 0; at < all.size(); at += rows_a_statement) {
    written +=
        write_rows(transaction, held, asked, others, all.subspan(at, std::min(rows_a_statement, all.size() - at)));
  }
  return written;
}

CommitResult PostgresStore::commit_creatives(const CreativesCommit& commit) {
  return write(Durability::promised, [&](Transaction& transaction) {
    CommitResult result;
    const auto held = check_token(transaction, commit.token);
    if (!held) {
      result.state = CommitResult::State::stale;
      return result;
    }
    must(held->type == CollectionType::creatives, "a chunk is committed with rows of its type");
    // Of two listings of an account at the same time the second one to end sees the first: there may be no coverage row
    // yet that could be locked instead.
    if (commit.last) lock_integration(transaction, held->integration);
    const auto there =
        transaction.db.value<std::optional<Asked>>(statement::creatives_asked, ":integration", held->integration)
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

}  // namespace adfill::postgres
