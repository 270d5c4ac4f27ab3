// Takes a slice's answer from the connector: rows of wanted days go to the spool, account totals are kept, reports are
// remembered in the store so that another attempt can pick them up.
#pragma once

#include "collect/slices.h"
#include "collect/spool.h"
#include "collect/store_pool.h"
#include "net/clock.h"
#include "platform/connector.h"
#include "store/claim.h"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace adfill {

// How the days of an account are looked at.
struct SnapshotRules {
  int window_days = 0;
  std::string time_zone;
  std::string attribution;
};

class SliceSpooler : public SliceSink {
 public:
  // `fresh`: the number drawn before this slice's first request, and when; a report that is picked up has its own.
  // `sign_of_life` is set at each piece; it and everything else outlive the spooler.
  SliceSpooler(StorePool& pool, Clock& clock, const Claim& claim, const Slice& slice, Asked fresh, SpoolMemory& memory,
               std::filesystem::path directory, Instant& sign_of_life);

  boost::asio::awaitable<Result<void>> report_started(std::string report_id) override;
  boost::asio::awaitable<Result<void>> report_lost(std::string report_id) override;
  void alive() override;
  boost::asio::awaitable<void> aside(std::function<void()> work) override;
  boost::asio::awaitable<Result<void>> ads(std::vector<AdRow> rows) override;
  boost::asio::awaitable<Result<void>> demographics(std::vector<DemographicRow> rows) override;
  boost::asio::awaitable<Result<void>> creatives(std::vector<Creative> rows) override;
  boost::asio::awaitable<Result<void>> account_total(Day day, Totals totals) override;

  // The report that was read, if there was one, is of no use to another attempt.
  boost::asio::awaitable<void> forget_report();
  // One day as it is to be committed. Requires: the connector has ended the slice well.
  [[nodiscard]] DaySnapshot snapshot(Day day, const SnapshotRules& rules) const;
  [[nodiscard]] std::int64_t rows(Day day) const { return spool_.rows(day); }

 private:
  template <class Row>
  Result<void> spool(const std::vector<Row>& rows);

  StorePool& pool_;
  Clock& clock_;
  ChunkToken token_;
  ChunkId chunk_;
  CollectionType type_;
  DayRange range_;
  std::set<Day> wanted_;
  Asked fresh_;
  std::string attribution_;
  RunningReport report_;
  Spool spool_;
  std::map<Day, Totals> account_totals_;
  Instant& sign_of_life_;
};

// Commits pages of creatives as they come.
class CreativesCommitter : public SliceSink {
 public:
  CreativesCommitter(StorePool& pool, Clock& clock, ChunkToken token, Asked asked, Instant& sign_of_life);

  boost::asio::awaitable<Result<void>> report_started(std::string report_id) override;
  boost::asio::awaitable<Result<void>> report_lost(std::string report_id) override;
  void alive() override;
  boost::asio::awaitable<Result<void>> ads(std::vector<AdRow> rows) override;
  boost::asio::awaitable<Result<void>> demographics(std::vector<DemographicRow> rows) override;
  boost::asio::awaitable<Result<void>> creatives(std::vector<Creative> rows) override;
  boost::asio::awaitable<Result<void>> account_total(Day day, Totals totals) override;

  // Called with the creatives of each page once they are committed.
  using AfterPage = std::function<boost::asio::awaitable<void>(std::vector<Creative>)>;
  void set_after_page(AfterPage after_page) { after_page_ = std::move(after_page); }

  // The listing is complete: ads not seen are marked absent, the chunk completes.
  boost::asio::awaitable<CommitResult> finish();

 private:
  boost::asio::awaitable<CommitResult> commit(std::vector<Creative> rows, bool last);

  StorePool& pool_;
  Clock& clock_;
  ChunkToken token_;
  Asked asked_;
  Instant as_of_;
  AfterPage after_page_{};
  std::vector<std::string> listed_;  // ids: what is not written because nothing changed is not absent
  Instant& sign_of_life_;
};

}  // namespace adfill
