// The replaced system's database, read for moving in; nothing is written to it. One connection, for one thread.
#pragma once

#include "store/replaced_rows.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace adfill {

class ReplacedDatabase {
 public:
  virtual ~ReplacedDatabase() = default;

  // Which of its tables are there.
  [[nodiscard]] virtual std::vector<std::string> tables() = 0;
  // True when they are adfill's own, of the same names.
  [[nodiscard]] virtual bool is_adfill() = 0;

  // --- the table of each is there.
  [[nodiscard]] virtual std::map<std::string, std::string> advertiser_names() = 0;
  [[nodiscard]] virtual std::vector<ReplacedIntegration> integrations() = 0;
  [[nodiscard]] virtual std::vector<ReplacedJob> jobs(const std::string& integration) = 0;  // without their chunks
  [[nodiscard]] virtual std::vector<ReplacedChunk> chunks(const std::string& integration) = 0;
  // `type` is ads or demographics.
  [[nodiscard]] virtual std::vector<ReplacedOwner> owners(CollectionType type) = 0;
  [[nodiscard]] virtual std::vector<ReplacedDay> days(CollectionType type, const ReplacedOwner& owner) = 0;
  [[nodiscard]] virtual std::vector<ReplacedFigures> figures(CollectionType type, const ReplacedOwner& owner,
                                                             DayRange range) = 0;
  [[nodiscard]] virtual std::vector<ReplacedOwner> creative_owners() = 0;
  // In the order of their ads, those after `after`.
  [[nodiscard]] virtual std::vector<ReplacedCreative> creatives(const ReplacedOwner& owner, const std::string& after,
                                                                int limit) = 0;
};

// Throws StoreUnavailable.
[[nodiscard]] std::unique_ptr<ReplacedDatabase> open_replaced_database(const std::string& url);

}  // namespace adfill
