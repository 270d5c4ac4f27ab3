#include "store/replaced_database.h"

#include "sql/postgres.h"
#include "store/postgres/postgres_url.h"
#include "store/postgres/transaction.h"

#include <atomic>
#include <utility>

namespace adfill {

namespace {

using postgres::Connection;
using postgres::Rows;
using postgres::Transaction;
namespace statement = sql::postgres;

constexpr std::size_t ad_names = 7;
constexpr std::size_t demographic_names = 2;

class Reader final : public ReplacedDatabase {
  // A short transaction each: a long one would hold the other database's clean-up back.
  template <class Work>
  auto reading(const Work& work) {
    const Transaction transaction(db_, Transaction::Kind::reading, rules_);
    (void)db_.run_script(std::string(statement::replaced_all_rows));
    return work();
  }

 public:
  explicit Reader(const std::string& url) : db_(url, prepare_) {}

  std::vector<std::string> tables() override {
    return reading([&] { return db_.values<std::string>(statement::replaced_tables); });
  }
  bool is_adfill() override {
    return reading([&] { return db_.value<bool>(statement::replaced_is_adfill).value_or(false); });
  }
  std::map<std::string, std::string> advertiser_names() override;
  std::vector<ReplacedIntegration> integrations() override;
  std::vector<ReplacedJob> jobs(const std::string& integration) override;
  std::vector<ReplacedChunk> chunks(const std::string& integration) override;
  std::vector<ReplacedOwner> owners(CollectionType type) override;
  std::vector<ReplacedDay> days(CollectionType type, const ReplacedOwner& owner) override;
  std::vector<ReplacedFigures> figures(CollectionType type, const ReplacedOwner& owner, DayRange range) override;
  std::vector<ReplacedOwner> creative_owners() override;
  std::vector<ReplacedCreative> creatives(const ReplacedOwner& owner, const std::string& after, int limit) override;

 private:
  std::atomic<bool> prepare_ = false;  // hosted databases are reached through poolers
  Transaction::Rules rules_{{}, [] { return Uuid{}; }, 1};
  Connection db_;
};

std::map<std::string, std::string> Reader::advertiser_names() {
  return reading([&] {
    std::map<std::string, std::string> names;
    Rows rows = db_.query(statement::replaced_advertisers);
    while (rows.step()) {
      auto id = rows.next<std::string>();
      names[std::move(id)] = rows.next<std::string>();
    }
    return names;
  });
}

std::vector<ReplacedIntegration> Reader::integrations() {
  return reading([&] {
    std::vector<ReplacedIntegration> all;
    Rows rows = db_.query(statement::replaced_integrations);
    while (rows.step()) {
      ReplacedIntegration& one = all.emplace_back();
      one.id = rows.next<ReplacedText>().value_or("");
      one.advertiser = rows.next<ReplacedText>().value_or("");
      for (ReplacedText* text : {&one.source, &one.account, &one.account_name, &one.currency, &one.time_zone,
                                 &one.access_token, &one.app_secret}) {
        *text = rows.next<ReplacedText>();
      }
    }
    return all;
  });
}

std::vector<ReplacedJob> Reader::jobs(const std::string& integration) {
  return reading([&] {
    std::vector<ReplacedJob> all;
    Rows rows = db_.query(statement::replaced_jobs, ":integration", integration);
    while (rows.step()) {
      ReplacedJob& job = all.emplace_back();
      job.id = rows.next<ReplacedText>().value_or("");
      for (ReplacedText* text : {&job.type, &job.mode, &job.status}) *text = rows.next<ReplacedText>();
      job.since = rows.next<std::optional<Day>>();
      job.until = rows.next<std::optional<Day>>();
      job.error_message = rows.next<ReplacedText>();
      for (auto* time : {&job.created_at, &job.started_at, &job.completed_at})
        *time = rows.next<std::optional<Instant>>();
    }
    return all;
  });
}

std::vector<ReplacedChunk> Reader::chunks(const std::string& integration) {
  return reading([&] {
    std::vector<ReplacedChunk> all;
    Rows rows = db_.query(statement::replaced_chunks, ":integration", integration);
    while (rows.step()) {
      ReplacedChunk& chunk = all.emplace_back();
      chunk.job = rows.next<std::string>();
      chunk.id = rows.next<std::string>();
      chunk.chunk_index = rows.next<int>();
      chunk.range.since = rows.next<Day>();
      chunk.range.until = rows.next<Day>();
      chunk.status = rows.next<std::string>();
      chunk.retry_count = rows.next<int>();
      chunk.max_retries = rows.next<int>();
      chunk.error_message = rows.next<ReplacedText>();
      for (auto* time : {&chunk.last_error_at, &chunk.created_at, &chunk.started_at, &chunk.completed_at}) {
        *time = rows.next<std::optional<Instant>>();
      }
    }
    return all;
  });
}

std::vector<ReplacedOwner> Reader::owners(CollectionType type) {
  return reading([&] {
    std::vector<ReplacedOwner> all;
    Rows rows =
        db_.query(type == CollectionType::ads ? statement::replaced_ad_owners : statement::replaced_demographic_owners);
    while (rows.step()) {
      ReplacedOwner& owner = all.emplace_back();
      owner.advertiser = rows.next<ReplacedText>();
      owner.source = rows.next<ReplacedText>();
      owner.rows = rows.next_integer();
    }
    return all;
  });
}

std::vector<ReplacedDay> Reader::days(CollectionType type, const ReplacedOwner& owner) {
  return reading([&] {
    std::vector<ReplacedDay> all;
    Rows rows =
        db_.query(type == CollectionType::ads ? statement::replaced_ad_days : statement::replaced_demographic_days,
                  ":advertiser", owner.advertiser, ":source", owner.source);
    while (rows.step()) {
      ReplacedDay& day = all.emplace_back();
      day.day = rows.next<Day>();
      day.rows = rows.next_integer();
      day.written_at = rows.next<std::optional<Instant>>();
    }
    return all;
  });
}

std::vector<ReplacedFigures> Reader::figures(CollectionType type, const ReplacedOwner& owner, DayRange range) {
  return reading([&] {
    const bool ads = type == CollectionType::ads;
    std::vector<ReplacedFigures> all;
    Rows rows = db_.query(ads ? statement::replaced_ads : statement::replaced_demographics, ":advertiser",
                          owner.advertiser, ":source", owner.source, ":since", range.since, ":until", range.until);
    while (rows.step()) {
      ReplacedFigures& one = all.emplace_back();
      one.day = rows.next<Day>();
      for (ReplacedText* text : {&one.integration, &one.account, &one.impressions, &one.clicks, &one.cost,
                                 &one.conversions, &one.conversion_value, &one.reach}) {
        *text = rows.next<ReplacedText>();
      }
      one.details = rows.next<ReplacedText>().value_or("{}");
      one.names.resize(ads ? ad_names : demographic_names);
      for (ReplacedText& name : one.names) name = rows.next<ReplacedText>();
    }
    return all;
  });
}

std::vector<ReplacedOwner> Reader::creative_owners() {
  return reading([&] {
    std::vector<ReplacedOwner> all;
    Rows rows = db_.query(statement::replaced_creative_owners);
    while (rows.step()) {
      ReplacedOwner& owner = all.emplace_back();
      owner.advertiser = rows.next<ReplacedText>();
      owner.source = rows.next<ReplacedText>();
      owner.rows = rows.next_integer();
      owner.written_at = rows.next<std::optional<Instant>>();
    }
    return all;
  });
}

std::vector<ReplacedCreative> Reader::creatives(const ReplacedOwner& owner, const std::string& after, int limit) {
  return reading([&] {
    std::vector<ReplacedCreative> all;
    Rows rows = db_.query(statement::replaced_creatives, ":advertiser", owner.advertiser, ":source", owner.source,
                          ":after", after, ":limit", limit);
    while (rows.step()) {
      ReplacedCreative& one = all.emplace_back();
      one.integration = rows.next<ReplacedText>();
      one.account = rows.next<ReplacedText>();
      Creative& row = one.creative;
      for (std::string* text : {&row.ad_id, &row.ad_name, &row.creative_id, &row.campaign_id, &row.ad_group_id,
                                &row.status, &row.title, &row.body, &row.call_to_action, &row.link_url, &row.image_url,
                                &row.thumbnail_url, &row.image_hash, &row.video_id, &row.details}) {
        *text = rows.next<ReplacedText>().value_or("");
      }
    }
    return all;
  });
}

}  // namespace

std::unique_ptr<ReplacedDatabase> open_replaced_database(const std::string& url) {
  std::string plain = url;
  (void)postgres::take_prepared_statements(plain);
  return std::make_unique<Reader>(plain);
}

}  // namespace adfill
