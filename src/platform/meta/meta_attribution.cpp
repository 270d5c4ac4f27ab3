#include "platform/meta/meta_attribution.h"

#include <algorithm>
#include <optional>

namespace adfill {
namespace {

struct KnownWindow {
  std::string_view name;
  std::size_t kind;  // its place in MetaWindows
};

constexpr std::array<KnownWindow, 5> known{
    {{"1d_click", 0}, {"7d_click", 0}, {"28d_click", 0}, {"1d_view", 1}, {"1d_ev", 2}}};

std::optional<KnownWindow> find_window(std::string_view name) {
  const auto* found = std::ranges::find(known, name, &KnownWindow::name);
  return found == known.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::expected<std::string, std::string> meta_attribution_of(const std::vector<std::string>& windows) {
  MetaWindows chosen{};
  for (const auto& window : windows) {
    const auto found = find_window(window);
    if (window == "7d_view" || window == "28d_view")
      return std::unexpected("can't have " + window +
                             ": Meta has no figures for it since January 2026; 1d_view is left");
    if (!found) return std::unexpected("must be among 1d_click, 7d_click, 28d_click, 1d_view, 1d_ev");
    if (!chosen[found->kind].empty())
      return std::unexpected("must have at most one of each kind, for a longer window contains the shorter one");
    chosen[found->kind] = found->name;
  }
  std::string joined;
  for (const auto window : chosen) {
    if (!window.empty()) joined.append(joined.empty() ? "" : ",").append(window);
  }
  if (joined.empty()) return std::unexpected("must name at least one window, or be null for each ad set's own");
  return joined;
}

MetaWindows windows_in(std::string_view attribution) {
  MetaWindows windows{};
  while (!attribution.empty()) {
    const auto comma = std::min(attribution.find(','), attribution.size());
    const auto found = find_window(attribution.substr(0, comma));
    if (found) windows[found->kind] = attribution.substr(0, comma);
    attribution.remove_prefix(std::min(comma + 1, attribution.size()));
  }
  return windows;
}

}  // namespace adfill
