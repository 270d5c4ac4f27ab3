// What adfill doctor finds out about the accounts: each permission by a call.
#pragma once

#include "finding.h"
#include "settings.h"

#include <boost/json/array.hpp>

#include <vector>

namespace adfill {

struct AccountFindings {
  std::vector<Finding> findings{};  // a line each for people
  boost::json::array accounts{};    // the same by account, with tier and credentials_expire_at
};

// Asks the platforms about the newest accounts, at most twenty. Requires: a database of the newest schema.
[[nodiscard]] AccountFindings check_accounts(const Settings& settings);

}  // namespace adfill
