// The plans of the statements that run for each chunk, or for each look at the monitor. None of them may read a table
// from one end to the other that grows with the backlog or with the figures. ADFILL_WRITE_PLANS=docs/plans.txt writes
// them down.

#include "sql/postgres.h"
#include "store/numbered_sql.h"
#include "store/postgres/postgres_connection.h"
#include "store/postgres_machine.h"
#include "store/postgres_server.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>

namespace adfill {

namespace {

using conformance::World;

// Fifty thousand chunks of five thousand accounts in a hundred scopes, half of them closed; two of each account are
// released, one of every tenth is being worked on, and half have ended.
constexpr std::array backlog{
    "SET search_path = public",
    "INSERT INTO advertisers (name) VALUES ('Acme')",
    "INSERT INTO integrations (advertiser_id, source, account_id, currency, time_zone) "
    "SELECT a.id, 'meta', 'act_' || n, 'USD', 'UTC' FROM advertisers a, generate_series(1, 5000) n",
    "INSERT INTO integration_scopes SELECT id, 'app ' || substr(account_id, 5)::int % 100 FROM integrations",
    "INSERT INTO integration_scopes SELECT id, 'account ' || account_id FROM integrations",
    "INSERT INTO rate_limits SELECT 'app ' || n, now() + interval '1 hour', 'quota' FROM generate_series(0, 49) n",
    "INSERT INTO workers SELECT gen_random_uuid(), 'here', n, now(), now(), interval '60 s' FROM generate_series(1, "
    "20) n",
    "INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date, asked, chunks_total, status) "
    "SELECT id, 'ads', '2025-01-01', '2025-03-31', nextval('asked_sequence'), 10, 'running' FROM integrations",
    "INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type, status) "
    "SELECT id, integration_id, n, date '2025-01-01' + 9 * n, date '2025-01-09' + 9 * n, 'ads', "
    "CASE WHEN n < 5 THEN 'completed' ELSE 'pending' END FROM collection_jobs, generate_series(0, 9) n",
    "INSERT INTO released_chunks (chunk_id, integration_id, turn, priority, type_rank, chunk_index, due_at, "
    "parked_until) "
    "SELECT id, integration_id, abs(hashtext(integration_id::text)) % 5000, 1, 0, chunk_index, now(), "
    "CASE WHEN chunk_index = 6 THEN now() + interval '1 hour' END FROM collection_queue WHERE chunk_index IN (5, 6)",
    "UPDATE released_chunks SET token = gen_random_uuid(), worker_id = (SELECT id FROM workers LIMIT 1) "
    "WHERE chunk_id IN (SELECT chunk_id FROM released_chunks WHERE parked_until IS NULL LIMIT 500)",
    "INSERT INTO collection_attempts (token, chunk_id, worker_id, started_at) "
    "SELECT gen_random_uuid(), id, gen_random_uuid(), now() FROM collection_queue WHERE status = 'completed'",
    "INSERT INTO running_reports SELECT id, 'r-' || n, start_date, end_date, 1, now() FROM collection_queue, "
    "generate_series(1, 1) n WHERE chunk_index > 4",
    "INSERT INTO collection_coverage SELECT q.integration_id, q.collection_type, q.start_date + n, i.advertiser_id, "
    "i.source, i.account_id, 1, now(), q.id, '', 1, 1, 1, 1, NULL, NULL, NULL, 'none', 0, false "
    "FROM collection_queue q JOIN integrations i ON i.id = q.integration_id, generate_series(0, 5) n "
    "WHERE q.status = 'completed'",
    "INSERT INTO ad_performance (advertiser_id, source, account_id, date, campaign_ad_id, campaign_id, campaign_name, "
    "ad_group_id, ad_group_name, ad_id, ad_name, currency, impressions, clicks, cost, conversions, conversion_value, "
    "details_hash) SELECT advertiser_id, source, account_id, date, 'ad', '', '', '', '', '', '', 'USD', 1, 1, 1, 1, 1, "
    "1 FROM collection_coverage",
    "ANALYZE",
};

constexpr std::array growing{"collection_queue",    "collection_jobs",    "released_chunks",
                             "collection_attempts", "running_reports",    "collection_coverage",
                             "integrations",        "integration_scopes", "ad_performance"};

using Statement = std::pair<std::string_view, std::string_view>;
#define ADFILL_STATEMENT(name) Statement(#name, sql::postgres::name)
constexpr std::array hot{
    // a claim
    ADFILL_STATEMENT(lease_is_alive),
    ADFILL_STATEMENT(wake_parked),
    ADFILL_STATEMENT(next_claimable),
    ADFILL_STATEMENT(first_waiting_turn),
    ADFILL_STATEMENT(park_chunks),
    ADFILL_STATEMENT(start_chunk),
    ADFILL_STATEMENT(take_chunk),
    ADFILL_STATEMENT(start_attempt),
    ADFILL_STATEMENT(forget_old_attempts),
    ADFILL_STATEMENT(turn_released),
    ADFILL_STATEMENT(take_turn),
    ADFILL_STATEMENT(start_job),
    ADFILL_STATEMENT(read_claim),
    ADFILL_STATEMENT(list_scopes),
    ADFILL_STATEMENT(list_days_done),
    ADFILL_STATEMENT(forget_old_reports),
    ADFILL_STATEMENT(list_reports),
    ADFILL_STATEMENT(next_due),
    ADFILL_STATEMENT(holds_anything),
    // a commit and the end of an attempt
    ADFILL_STATEMENT(check_token),
    ADFILL_STATEMENT(share_tokens),
    ADFILL_STATEMENT(lock_chunks),
    ADFILL_STATEMENT(write_coverage),
    ADFILL_STATEMENT(replace_coverage),
    ADFILL_STATEMENT(chunk_progressed),
    ADFILL_STATEMENT(read_ads_of_day),
    ADFILL_STATEMENT(sum_ads_of_day),
    ADFILL_STATEMENT(count_days_done),
    ADFILL_STATEMENT(complete_chunk),
    ADFILL_STATEMENT(forget_reports),
    ADFILL_STATEMENT(end_attempt),
    ADFILL_STATEMENT(lock_integration),
    ADFILL_STATEMENT(drop_released),
    ADFILL_STATEMENT(count_chunk),
    ADFILL_STATEMENT(release_next),
    ADFILL_STATEMENT(has_open_chunks),
    ADFILL_STATEMENT(recount_job),
    ADFILL_STATEMENT(finalise_job),
    ADFILL_STATEMENT(settle_integration),
    ADFILL_STATEMENT(return_chunk),
    ADFILL_STATEMENT(unpark_integration),
    // a sweep
    ADFILL_STATEMENT(list_lost_tokens),
    ADFILL_STATEMENT(mend_processing),
    ADFILL_STATEMENT(released_page_end),
    ADFILL_STATEMENT(mend_released),
    ADFILL_STATEMENT(mend_parked),
    ADFILL_STATEMENT(open_jobs_page_end),
    ADFILL_STATEMENT(list_short_windows),
    ADFILL_STATEMENT(list_ended_jobs),
    // the monitor
    ADFILL_STATEMENT(list_jobs),
    ADFILL_STATEMENT(list_jobs_of_integration),
    ADFILL_STATEMENT(read_job),
    ADFILL_STATEMENT(list_chunks),
    ADFILL_STATEMENT(list_integrations),
    ADFILL_STATEMENT(list_coverage),
    ADFILL_STATEMENT(list_attempts),
    ADFILL_STATEMENT(list_freshness),
    ADFILL_STATEMENT(list_recent_days),
};
#undef ADFILL_STATEMENT

// As a prepared statement is planned once it is used often: without a look at its parameters.
std::vector<std::string> generic_plan(PostgresShell& shell, const Statement& statement) {
  const NumberedSql sql = numbered(statement.second);
  const std::string name(statement.first);
  shell.run("PREPARE " + name + " AS " + sql.text);
  std::string nothing;
  for (int number = 0; number < sql.parameters; ++number) nothing += number == 0 ? "NULL" : ", NULL";
  return shell.run("EXPLAIN (COSTS OFF) EXECUTE " + name + (nothing.empty() ? "" : "(" + nothing + ")"));
}

}  // namespace

TEST_CASE(
    "no statement that runs for each chunk, or for a look at the monitor, reads a growing table from end to end") {
  const std::string url = PostgresServer::shared().new_database();
  const World world(home_at(url));
  PostgresShell shell(url);
  for (const char* statement : backlog) shell.run(statement);
  shell.run("SET plan_cache_mode = force_generic_plan");
  std::string written =
      "The plans of the statements that run for each chunk or each look at the monitor, made by\n"
      "ADFILL_WRITE_PLANS=docs/plans.txt build/release/test_store -tc='no statement that runs*'\n";
  for (const Statement& statement : hot) {
    CAPTURE(statement.first);
    written += "\n" + std::string(statement.first) + "\n";
    for (const std::string& line : generic_plan(shell, statement)) {
      CAPTURE(line);
      for (const char* table : growing)
        CHECK((line + " ").find("Seq Scan on " + std::string(table) + " ") == std::string::npos);
      written += "  " + line + "\n";
    }
  }
  CHECK(written.find("Index Scan using idx_released_chunks_round") != std::string::npos);
  const char* file = std::getenv("ADFILL_WRITE_PLANS");
  if (file != nullptr) std::ofstream(file) << written;
}

TEST_CASE("the round is walked along its index, without sorting it") {
  const std::string url = PostgresServer::shared().new_database();
  const World world(home_at(url));
  PostgresShell shell(url);
  for (const char* statement : backlog) shell.run(statement);
  shell.run("SET plan_cache_mode = force_generic_plan");
  std::string plan;
  for (const auto& line : generic_plan(shell, {"next_claimable", sql::postgres::next_claimable})) plan += line + "\n";
  CAPTURE(plan);
  // Only the page that was found is put in order again.
  const std::size_t page = plan.find("CTE page");
  REQUIRE(page != std::string::npos);
  CHECK(plan.find("Sort", page) == std::string::npos);
  CHECK(plan.find("idx_released_chunks_round", page) != std::string::npos);
}

TEST_CASE("a plan that was made while a table was empty is not kept for long") {
  const std::string url = PostgresServer::shared().new_database(true);
  PostgresShell shell(url);
  shell.run("CREATE TABLE grows (a integer, b integer) WITH (autovacuum_enabled = off)");
  shell.run("CREATE INDEX by_both ON grows (a, b); CREATE INDEX by_first ON grows (a); ANALYZE grows");
  std::atomic<bool> prepare = true;
  postgres::Connection connection(url, prepare);
  // Which index a statement goes by that is prepared in the first transaction.
  const auto plan = [&connection] {
    connection.begin(sql::postgres::begin_reading);
    connection.send(sql::postgres::plan_once);
    connection.send("SELECT a AS found FROM grows WHERE a = 1 AND b = 2");
    const auto name = connection.value<std::string>(
        "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%AS found%' AND name LIKE 'adfill%' LIMIT 1");
    std::string lines;
    postgres::Rows line = connection.run_script("EXPLAIN EXECUTE " + name.value_or("none"));
    while (line.step()) lines += line.next<std::string>() + "\n";
    connection.commit();
    return lines;
  };
  REQUIRE(plan().find("using by_first") != std::string::npos);
  shell.run("INSERT INTO grows SELECT 1, n FROM generate_series(1, 10000) n");
  wait_until([&] { return plan().find("using by_both") != std::string::npos; });
}

}  // namespace adfill
