#include "platform/meta/meta_actions.h"

#include <algorithm>
#include <span>

namespace adfill {
namespace {

using simdjson::SUCCESS;

// Wide names first, each containing what follows it as far as others' figures show; then the disjoint ones.
constexpr std::array<std::string_view, 11> purchase_names{"omni_purchase",
                                                          "purchase",
                                                          "web_app_in_store_purchase",
                                                          "onsite_web_app_purchase",
                                                          "web_in_store_purchase",
                                                          "onsite_web_purchase",
                                                          "onsite_app_purchase",
                                                          "offsite_conversion.fb_pixel_purchase",
                                                          "app_custom_event.fb_mobile_purchase",
                                                          "onsite_conversion.purchase",
                                                          "offline_conversion.purchase"};
constexpr std::size_t wide_names = 7;

std::optional<std::size_t> purchase_name(std::string_view action_type) {
  if (!action_type.ends_with("purchase")) return std::nullopt;  // all of them do, and few others
  const auto* found = std::ranges::find(purchase_names, action_type);
  if (found == purchase_names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - purchase_names.begin());
}

struct Entry {
  std::string_view action_type{};
  // Of the windows that count, or of Meta's own choice alone; absent when 0.
  std::array<std::optional<std::string_view>, 3> values{};
  bool value_is_odd = false;
};

// nullopt: not a number, or one that does not fit.
std::optional<Micros> sum_of(const Entry& entry) {
  Micros sum;
  for (const auto& value : entry.values) {
    if (!value) continue;
    const auto amount = parse_micros_rounded(*value);
    const auto more = amount ? checked_add(sum, *amount) : std::nullopt;
    if (!more) return std::nullopt;
    sum = *more;
  }
  return sum;
}

// An entry with anything but a few plain scalars: what was read of it is written, and the rest as it comes.
class EntryReader {
 public:
  EntryReader(CanonicalJson& json, const MetaWindows& windows) : json_(json), windows_(windows) {}

  // False when it can't be read as an action.
  bool read(simdjson::ondemand::object object, Entry& entry) {
    for (auto next : object) {
      simdjson::ondemand::field field;
      if (std::move(next).get(field) != SUCCESS) return false;
      const auto name = key_text(field);
      if (!name || !read_field(*name, field.value(), entry)) return false;
    }
    if (entry.action_type.empty()) return false;
    return is_flat_ ? json_.flat_object(std::span(fields_).first(count_), entry.action_type) : json_.end_object();
  }

 private:
  bool read_field(std::string_view name, simdjson::ondemand::value& value, Entry& entry) {
    const auto token = plain_token(value);
    if (!is_flat_ || !token || count_ == fields_.size() || !is_plain_name(name))
      return read_unusual(name, value, entry);
    fields_[count_++] = {name, *token};
    const auto quoted = token->starts_with('"');
    const auto text = quoted ? token->substr(1, token->size() - 2) : *token;
    if (name == "action_type") {
      entry.action_type = text;
      return quoted;
    }
    if (const auto place = place_of(name)) {
      const auto is_number = token->front() == '-' || (token->front() >= '0' && token->front() <= '9');
      entry.values[*place] = text;
      entry.value_is_odd = entry.value_is_odd || (!quoted && !is_number);
    }
    return true;
  }

  // Where a field counts, if it does.
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view name) const {
    for (std::size_t place = 0; place < windows_.size(); ++place) {
      if (name == windows_[place] && !name.empty()) return place;
    }
    return std::nullopt;
  }

  bool read_unusual(std::string_view name, simdjson::ondemand::value& value, Entry& entry) {
    unfold(entry);
    json_.key(name);
    if (name == "action_type") {
      const auto text = string_text(value);
      if (text) entry.action_type = *text;
      if (text) json_.string(*text);
      return text.has_value();
    }
    // Not read twice: a text is unescaped into simdjson's buffer, which has room for each once.
    const auto place = place_of(name);
    if (place) {
      auto& text = entry.values[*place];
      text = scalar_text(value);
      if (text) {
        is_string(value) ? json_.string(*text) : json_.literal(*text);
        return true;
      }
      entry.value_is_odd = true;
    }
    return json_.value(value);
  }

  void unfold(const Entry& entry) {
    if (!is_flat_) return;
    is_flat_ = false;
    json_.begin_object();
    for (const auto& field : std::span(fields_).first(count_)) {
      json_.key(field.name);
      field.name == "action_type" ? json_.string(entry.action_type) : json_.literal(field.token);
    }
  }

  CanonicalJson& json_;
  const MetaWindows& windows_;
  std::array<CanonicalJson::FlatField, 8> fields_{};  // type, value and the windows that are ever asked for
  std::size_t count_ = 0;
  bool is_flat_ = true;
};

}  // namespace

std::optional<std::string_view> MetaActionList::read(simdjson::ondemand::value list, CanonicalJson& json,
                                                     const MetaWindows& windows) {
  static constexpr MetaWindows own{"value"};
  const auto& counted = std::ranges::all_of(windows, &std::string_view::empty) ? own : windows;
  simdjson::ondemand::array array;
  if (list.get_array().get(array) != SUCCESS) return "is not a list";
  json.begin_array();
  for (auto next : array) {
    simdjson::ondemand::object object;
    if (std::move(next).get_object().get(object) != SUCCESS) return "has an element that is not an object";
    Entry entry;
    if (!EntryReader(json, counted).read(object, entry)) return "has an element that is not an action";
    const auto name = purchase_name(entry.action_type);
    if (!name) continue;
    if (purchases_[*name]) return "has a purchase type twice";
    if (entry.value_is_odd) return "has a purchase whose value is not a number";
    const auto amount = sum_of(entry);
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
