// Pages of insights, read as each kind of row.
#include "platform/meta/meta_rows.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace adfill;

namespace {

// A page that was taken holds no row that was not asked for, and nothing negative.
template <class Row>
void check_metrics(const Row& row) {
  if (row.metrics.impressions < 0 || row.metrics.clicks < 0) std::abort();
}
void check(const AdRow& row, const MetaSlice& slice) {
  if (!slice.range.contains(row.day) || row.campaign_ad_id.empty()) std::abort();
  check_metrics(row);
}
void check(const DemographicRow& row, const MetaSlice& slice) {
  if (!slice.range.contains(row.day) || row.age.empty() || row.gender.empty()) std::abort();
  check_metrics(row);
}
void check(const DayTotals& row, const MetaSlice& slice) {
  if (!slice.range.contains(row.day)) std::abort();
}

template <class Row>
void read(const std::uint8_t* bytes, std::size_t size, const MetaSlice& slice) {
  std::string body(reinterpret_cast<const char*>(bytes), size);
  const auto page = parse_insights<Row>(body, slice);
  if (!page) return;
  for (const auto& row : page->rows) check(row, slice);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const MetaSlice slice{.account_number = "77", .currency = "KRW", .range = {Day(2026, 8, 1), Day(2026, 8, 3)}};
  read<AdRow>(bytes, size, slice);
  auto windowed = slice;
  windowed.windows = windows_in("7d_click,1d_view");
  read<AdRow>(bytes, size, windowed);
  read<DemographicRow>(bytes, size, slice);
  read<DayTotals>(bytes, size, slice);
  return 0;
}
