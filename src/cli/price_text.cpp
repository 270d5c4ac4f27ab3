#include "price_text.h"

#include "table.h"

#include <chrono>
#include <vector>

namespace adfill {

namespace {

// "2 h 10 min", "40 s".
std::string time_words(Duration time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
  if (seconds < 100) return std::to_string(seconds) + " s";
  const auto minutes = (seconds + 59) / 60;
  if (minutes < 100) return std::to_string(minutes) + " min";
  return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

std::string total_line(const Estimate& estimate) {
  std::string line = estimate.account.name + " (" + estimate.account.account_id + "): about " +
                     std::to_string(estimate.rows) + " rows, " + std::to_string(estimate.calls) + " calls, " +
                     time_words(estimate.time);
  if (!estimate.tier.empty()) line += ", with " + estimate.tier + " access";
  return line + (estimate.rough ? "; a rough guess, for it is large\n" : "\n");
}

TableRow price_row(const TypeEstimate& type) {
  return {std::string(to_string(type.type)), std::to_string(type.chunks), std::to_string(type.rows),
          std::to_string(type.calls)};
}

}  // namespace

std::string price_text(const Estimate& estimate) {
  std::vector<TableRow> rows{{"TYPE", "CHUNKS", "ROWS", "CALLS"}};
  for (const auto& type : estimate.types) rows.push_back(price_row(type));
  return total_line(estimate) + table_text(rows);
}

std::string price_text(const CollectionEstimate& estimate) {
  std::vector<TableRow> rows{{"TYPE", "CHUNKS", "ROWS", "CALLS", "DAYS", "COVERED", "PINNED", "COLLECTING"}};
  std::string jobs;
  for (const auto& type : estimate.types) {
    auto row = price_row(type.price);
    for (const auto days : {&TypeOutlook::Days::total, &TypeOutlook::Days::covered, &TypeOutlook::Days::pinned,
                            &TypeOutlook::Days::collecting}) {
      row.push_back(type.days ? std::to_string((*type.days).*days) : "-");
    }
    rows.push_back(std::move(row));
    for (const auto& job : type.open_jobs) {
      jobs += "Job " + job.id.to_string() + " collects " + std::string(to_string(job.type)) + " " +
              job.range.since.to_string() + " to " + job.range.until.to_string() + " already" +
              (type.found == job.id ? "; the same request finds it\n" : "\n");
    }
  }
  return total_line(estimate.total) + table_text(rows) + jobs;
}

}  // namespace adfill
