// The receipts of days, written together before their rows: so they are locked in order, and tell which days are this
// transaction's.
#pragma once

#include "store/postgres/figures.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

namespace adfill::postgres {

using DayKey = std::tuple<IntegrationId, CollectionType, Day>;

class Receipts {
 public:
  // `pinned_at`: adfill's own snapshot, and the day keeps it.
  void add(const HeldChunk& held, const DaySnapshot& day, std::optional<Instant> pinned_at = std::nullopt);
  // Those days of which no equal or newer snapshot is there, and that are not pinned, with the receipt that they had.
  // All of them are held until the transaction ends.
  [[nodiscard]] std::map<DayKey, std::optional<PreviousReceipt>> write(Transaction& transaction) const;

 private:
  template <class... Others>
  [[nodiscard]] Rows give(Transaction& transaction, std::string_view sql, const Others&... others) const;

  std::size_t count_ = 0;
  Array integrations_, types_, dates_, advertisers_, sources_, accounts_, asked_, as_of_, attempts_, reports_, rows_,
      impressions_, clicks_, costs_, platform_impressions_, platform_clicks_, platform_costs_, differences_, absent_,
      moving_, rows_hashes_, attributions_, conversions_, conversion_values_, pinned_at_;
};

// Writes the receipts of all days, and leaves to the chunks only those that are this transaction's, with the receipts
// that they had. The other days are done, whoever filled them. Requires: as merge_days.
void write_receipts(Transaction& transaction, std::vector<DaysToMerge>& chunks);

}  // namespace adfill::postgres
