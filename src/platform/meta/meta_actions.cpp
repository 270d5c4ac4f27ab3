#include "platform/meta/meta_actions.h"

#include <algorithm>

namespace adfill {
namespace {

using simdjson::SUCCESS;

// Wide names first, each containing what follows it as far as others' figures show; then the disjoint ones.
constexpr std::array<std::string_view, 11> purchase_names{
    "omni_purchase",          "purchase",
    "web_app_in_store_purchase", "onsite_web_app_purchase",
    "web_in_store_purchase",  "onsite_web_purchase",
    "onsite_app_purchase",    "offsite_conversion.fb_pixel_purchase",
    "app_custom_event.fb_mobile_purchase", "onsite_conversion.purchase",
    "offline_conversion.purchase"};
constexpr std::size_t wide_names = 7;

std::optional<std::size_t> purchase_name(std::string_view action_type) {
  if (!action_type.ends_with("purchase")) return std::nullopt;  // all of them do, and few others
  const auto* found = std::ranges::find(purchase_names, action_type);
  if (found == purchase_names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - purchase_names.begin());
}

struct Entry {
  std::string_view action_type;
  std::optional<std::string_view> value{};  // of the default window; absent when that is 0
  bool value_is_odd = false;
};

// False when it can't be read as an action.
bool read_entry(simdjson::ondemand::object object, CanonicalJson& json, Entry& entry) {
  json.begin_object();
  for (auto next : object) {
    simdjson::ondemand::field field;
    if (std::move(next).get(field) != SUCCESS) return false;
    const auto name = key_text(field);
    if (!name) return false;
    auto& value = field.value();
    json.key(*name);
    if (*name == "action_type") {
      const auto text = string_text(value);
      if (!text) return false;
      entry.action_type = *text;
      json.string(*text);
      continue;
    }
    const bool is_value = *name == "value";
    if (is_value) entry.value = scalar_text(value);
    if (entry.value && is_value) {
      // Not read again by json.value(): a text is unescaped into simdjson's buffer, which has room for each once.
      is_string(value) ? json.string(*entry.value) : json.literal(*entry.value);
      continue;
    }
    entry.value_is_odd = entry.value_is_odd || is_value;
    if (!json.value(value)) return false;
  }
  return json.end_object() && !entry.action_type.empty();
}

}  // namespace

std::optional<std::string_view> MetaActionList::read(simdjson::ondemand::value list, CanonicalJson& json) {
  simdjson::ondemand::array array;
  if (list.get_array().get(array) != SUCCESS) return "is not a list";
  json.begin_array();
  for (auto next : array) {
    simdjson::ondemand::object object;
    if (std::move(next).get_object().get(object) != SUCCESS) return "has an element that is not an object";
    Entry entry;
    if (!read_entry(object, json, entry)) return "has an element that is not an action";
    const auto name = purchase_name(entry.action_type);
    if (!name) continue;
    if (purchases_[*name]) return "has a purchase type twice";
    if (entry.value_is_odd) return "has a purchase whose value is not a number";
    const auto amount = parse_micros_rounded(entry.value.value_or("0"));
    if (!amount) return "has a purchase whose value is not a number that fits";
    purchases_[*name] = *amount;
  }
  json.end_array();
  return std::nullopt;
}

std::optional<MetaPurchases> purchases_in(const MetaActionList& actions, const MetaActionList& values) {
  // The names are chosen by the counts; by the money only where there is no count at all.
  const auto is_some = [](const auto& amount) { return amount.has_value(); };
  const auto& chosen_by = std::ranges::any_of(actions.purchases_, is_some) ? actions.purchases_ : values.purchases_;

  MetaPurchases purchases;
  const auto take = [&](std::size_t index) {
    const auto count = checked_add(purchases.count, actions.purchases_[index].value_or(Micros{}));
    const auto value = checked_add(purchases.value, values.purchases_[index].value_or(Micros{}));
    if (!count || !value) return false;
    purchases.count = *count;
    purchases.value = *value;
    purchases.counted_as += (purchases.counted_as.empty() ? "" : "+") + std::string(purchase_names[index]);
    return true;
  };
  for (std::size_t index = 0; index < wide_names; ++index) {
    if (chosen_by[index]) return take(index) ? std::optional(purchases) : std::nullopt;
  }
  for (std::size_t index = wide_names; index < purchase_names.size(); ++index) {
    if ((actions.purchases_[index] || values.purchases_[index]) && !take(index)) return std::nullopt;
  }
  return purchases;
}

}  // namespace adfill
