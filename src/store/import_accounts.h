// Which of adfill's integrations stands for which of the replaced system's.
#pragma once

#include "store/import.h"

#include <string>
#include <vector>

namespace adfill {

struct MovedAccount {
  ReplacedIntegration old{};
  ImportAccount target{};
};

class MovedAccounts {
 public:
  MovedAccounts() = default;
  explicit MovedAccounts(std::vector<MovedAccount> accounts) : accounts_(std::move(accounts)) {}

  [[nodiscard]] const std::vector<MovedAccount>& all() const { return accounts_; }
  // The owner's; of all its sources where the rows don't name one.
  [[nodiscard]] std::vector<const MovedAccount*> of(const ReplacedOwner& owner) const;
  // The one that a row names, or the owner's only one; null when that can't be told.
  [[nodiscard]] const MovedAccount* find(const ReplacedOwner& owner, const ReplacedText& integration,
                                         const ReplacedText& account) const;

 private:
  std::vector<MovedAccount> accounts_;
};

// Adds those that are not there, and counts them in the report.
[[nodiscard]] MovedAccounts import_accounts(ReplacedDatabase& from, const ImportTarget& to, const ImportRules& rules,
                                            bool with_advertisers, ImportReport& report);

}  // namespace adfill
