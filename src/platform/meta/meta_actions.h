// The purchases in a row's `actions` and `action_values`. One sale stands there under up to eight names at once,
// usually with one number; values are therefore never added over names that overlap. The first present of the wide
// names counts, from omni_purchase (all channels) down; only where none of them is there, the sum of the disjoint ones:
// pixel, app, on Meta, offline. The money is that of the same names. (…/insights/breakdowns; names and order:
// docs/platforms/meta.md)
#pragma once

#include "core/money.h"
#include "platform/canonical_json.h"
#include "platform/meta/meta_attribution.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// What a row's purchases come to.
struct MetaPurchases {
  Micros count;
  Micros value;
  std::string counted_as{};  // the names that were taken, joined by +; empty without purchases
};

// One of the two lists.
class MetaActionList {
 public:
  // Writes the list in canonical form, as a set by action_type, and remembers its purchases: those in `windows`, or,
  // where that is empty, as Meta counts them by itself. What is wrong with it, in words, or nullopt.
  [[nodiscard]] std::optional<std::string_view> read(simdjson::ondemand::value list, CanonicalJson& json,
                                                     const MetaWindows& windows = {});
  void clear() { purchases_.fill(std::nullopt); }

 private:
  friend std::optional<MetaPurchases> purchases_in(const MetaActionList& actions, const MetaActionList& values);

  static constexpr std::size_t names = 11;
  std::array<std::optional<Micros>, names> purchases_{};  // by place in the table of names
};

// nullopt when a sum does not fit.
[[nodiscard]] std::optional<MetaPurchases> purchases_in(const MetaActionList& actions, const MetaActionList& values);

}  // namespace adfill
