// Meta's errors as a table: one row a code and subcode, with what it means for us, where that is written, and what the
// user is told to do. A subcode without a row of its own means what its code's row with subcode 0 says.
#pragma once

#include "core/failure.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace adfill {

// Whose quota a refusal is about, and how long to stay away when no header tells.
enum class MetaQuota {
  none,
  account,        // of the ad account
  account_score,  // of the ad account: points that come back within 60 or 300 s
  app,            // of the app, for all its accounts
  blocked,        // temporarily blocked for its behaviour: the ad account, for long
};

struct MetaErrorRow {
  std::int64_t code;
  std::int64_t subcode;  // 0: none, or one that has no row
  Failure::Kind kind;
  MetaQuota quota;          // throttled: whose
  std::string_view words;   // said when Meta says nothing
  std::string_view advice;  // what the user has to do; empty where adfill sees to it, or Meta's words are all there is
  std::string_view source;  // the page, or the issue of somebody who met it
};

[[nodiscard]] std::span<const MetaErrorRow> meta_error_rows();

// The row that an error counts for: its own, its code's, or, from 200 to 299, the one of permissions. nullptr: unknown.
[[nodiscard]] const MetaErrorRow* find_meta_error(std::int64_t code, std::int64_t subcode);

}  // namespace adfill
