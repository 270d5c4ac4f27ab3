#include "platform/meta/meta_row_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace adfill {
namespace {

using simdjson::SUCCESS;

enum class Field : std::uint8_t {
  other,  // kept in the details
  dropped,
  account_id,
  account_currency,
  date_start,
  date_stop,
  campaign_id,
  campaign_name,
  adset_id,
  adset_name,
  ad_id,
  ad_name,
  age,
  gender,
  impressions,
  clicks,
  spend,
  reach,
  actions,
  action_values,
};

struct KnownField {
  std::string_view name{};
  Field field = Field::other;
};

// Ratios follow from other columns and would make unchanged rows look changed.
constexpr auto known_fields = std::to_array<KnownField>({
    {"account_id", Field::account_id},
    {"account_currency", Field::account_currency},
    {"date_start", Field::date_start},
    {"date_stop", Field::date_stop},
    {"campaign_id", Field::campaign_id},
    {"campaign_name", Field::campaign_name},
    {"adset_id", Field::adset_id},
    {"adset_name", Field::adset_name},
    {"ad_id", Field::ad_id},
    {"ad_name", Field::ad_name},
    {"age", Field::age},
    {"gender", Field::gender},
    {"impressions", Field::impressions},
    {"clicks", Field::clicks},
    {"spend", Field::spend},
    {"reach", Field::reach},
    {"actions", Field::actions},
    {"action_values", Field::action_values},
    {"cpc", Field::dropped},
    {"cpm", Field::dropped},
    {"ctr", Field::dropped},
    {"cpp", Field::dropped},
    {"frequency", Field::dropped},
});

constexpr std::size_t slots = 64;
constexpr std::size_t slot_of(std::string_view name) {
  return (name.size() * 7 + std::size_t{5} * static_cast<unsigned char>(name.front()) +
          std::size_t{3} * static_cast<unsigned char>(name[name.size() / 2]) +
          static_cast<unsigned char>(name.back())) %
         slots;
}

// Open addressing: some twenty names are looked up for every row of every page.
constexpr auto field_table = [] {
  std::array<KnownField, slots> table{};
  for (const auto& known : known_fields) {
    auto slot = slot_of(known.name);
    while (!table[slot].name.empty()) slot = (slot + 1) % slots;
    table[slot] = known;
  }
  return table;
}();

Field field_of(std::string_view name) {
  if (name.empty()) return Field::other;
  for (auto slot = slot_of(name); !field_table[slot].name.empty(); slot = (slot + 1) % slots) {
    if (field_table[slot].name == name) return field_table[slot].field;
  }
  return name.starts_with("cost_per_") ? Field::dropped : Field::other;
}

// A null is a field that is not there.
bool is_null(simdjson::ondemand::value& value) {
  return value.raw_json_token().starts_with("null");
}

std::string words_of(NumberError error, std::string_view text) {
  auto quoted = "\"" + shortened(text, 40) + "\"";
  switch (error) {
    case NumberError::malformed:
      return quoted + " is not a number";
    case NumberError::overflow:
      return quoted + " is too large a number";
    case NumberError::too_precise:
      return quoted + " has more decimals than fit";
  }
  return quoted;
}

}  // namespace

bool MetaRowReader::read(simdjson::ondemand::object object) {
  row_ = MetaRow{};
  date_start_ = date_stop_ = account_id_ = currency_ = {};
  seen_ = 0;
  broken_ = false;
  field_.clear();
  why_.clear();
  actions_.clear();
  action_values_.clear();
  std::ignore = details_.take();
  details_.begin_object();

  for (auto next : object) {
    simdjson::ondemand::field field;
    std::optional<std::string_view> name;
    if (std::move(next).get(field) == SUCCESS) name = key_text(field);
    if (!name) {
      refuse("(the row)", "is not JSON");
      return false;
    }
    // After a problem the row is read on, so that the problem can be told with the ad's name.
    read_field(*name, field.value());
    if (broken_) return false;
  }
  check_day();
  if (account_id_.starts_with("act_")) account_id_.remove_prefix(4);
  if (!account_id_.empty() && account_id_ != slice_.account_number) refuse("account_id", "is another account's");
  if (!currency_.empty() && currency_ != slice_.currency) {
    refuse("account_currency",
           "is " + shortened(currency_, 10) + " where " + std::string(slice_.currency) + " was expected");
  }
  count_purchases();
  if (!details_.end_object()) refuse("(the row)", "has a field twice");
  return why_.empty();
}

void MetaRowReader::refuse(std::string_view field, std::string why) {
  if (!why_.empty()) return;  // the first problem is the one told
  field_ = shortened(field, 60);
  why_ = std::move(why);
}

std::string MetaRowReader::problem() const {
  std::string words = "Meta's row";
  if (!row_.ad_id.empty()) words += " for ad " + shortened(row_.ad_id, 40);
  if (!date_start_.empty()) words += " on " + shortened(date_start_, 20);
  return words + " can't be taken: " + field_ + " " + why_;
}

void MetaRowReader::read_field(std::string_view name, simdjson::ondemand::value& value) {
  const auto field = field_of(name);
  if (field > Field::dropped) {
    const auto bit = std::uint64_t{1} << static_cast<unsigned>(field);
    if ((seen_ & bit) != 0) refuse(name, "comes twice");
    seen_ |= bit;
  }
  switch (field) {
    case Field::other:
      return keep(name, value);
    case Field::dropped:
      return;
    case Field::account_id:
      return read_text(name, value, account_id_);
    case Field::account_currency:
      return read_text(name, value, currency_);
    case Field::date_start:
      return read_text(name, value, date_start_);
    case Field::date_stop:
      return read_text(name, value, date_stop_);
    case Field::campaign_id:
      return read_text(name, value, row_.campaign_id);
    case Field::campaign_name:
      return read_text(name, value, row_.campaign_name);
    case Field::adset_id:
      return read_text(name, value, row_.adset_id);
    case Field::adset_name:
      return read_text(name, value, row_.adset_name);
    case Field::ad_id:
      return read_text(name, value, row_.ad_id);
    case Field::ad_name:
      return read_text(name, value, row_.ad_name);
    case Field::age:
      return read_text(name, value, row_.age);
    case Field::gender:
      return read_text(name, value, row_.gender);
    case Field::impressions:
      return read_count(name, value, row_.metrics.impressions);
    case Field::clicks:
      return read_count(name, value, row_.metrics.clicks);
    case Field::spend:
      return read_cost(value);
    case Field::reach:
      return read_reach(value);
    case Field::actions:
      return read_actions(name, value, actions_);
    case Field::action_values:
      return read_actions(name, value, action_values_);
  }
}

void MetaRowReader::read_text(std::string_view name, simdjson::ondemand::value& value, std::string_view& target) {
  const auto text = scalar_text(value);
  if (text) {
    target = *text;
  } else if (!is_null(value)) {
    refuse(name, "is not a text");
  }
}

void MetaRowReader::read_count(std::string_view name, simdjson::ondemand::value& value, std::int64_t& target) {
  const auto text = scalar_text(value);
  if (!text) return is_null(value) ? void() : refuse(name, "is not a number");
  const auto count = parse_count(*text);
  if (!count) return refuse(name, words_of(count.error(), *text));
  if (*count < 0) return refuse(name, "is negative");
  target = *count;
}

void MetaRowReader::read_cost(simdjson::ondemand::value& value) {
  const auto text = scalar_text(value);
  if (!text) return is_null(value) ? void() : refuse("spend", "is not a number");
  const auto cost = parse_micros_rounded(*text);
  if (!cost) return refuse("spend", words_of(cost.error(), *text));
  row_.metrics.cost = *cost;
}

void MetaRowReader::read_reach(simdjson::ondemand::value& value) {
  if (is_null(value)) return;
  std::int64_t reach = 0;
  read_count("reach", value, reach);
  row_.reach = reach;
}

void MetaRowReader::read_actions(std::string_view name, simdjson::ondemand::value& value, MetaActionList& actions) {
  if (is_null(value)) return;
  details_.key(name);
  if (const auto wrong = actions.read(value, details_, slice_.windows)) {
    refuse(name, std::string(*wrong));
    broken_ = true;  // half a list stands in the details
  }
}

void MetaRowReader::keep(std::string_view name, simdjson::ondemand::value& value) {
  details_.key(name);
  if (!details_.value(value)) {
    refuse(name, "is not JSON, holds a key twice or nests too deeply");
    broken_ = true;
  }
}

void MetaRowReader::check_day() {
  const auto day = Day::parse(date_start_);
  if (!day) return refuse("date_start", date_start_.empty() ? "is missing" : "is not a day");
  if (!date_stop_.empty() && date_stop_ != date_start_) return refuse("date_stop", "is not the day of date_start");
  if (!slice_.range.contains(*day)) return refuse("date_start", "was not asked for");
  row_.day = *day;
}

void MetaRowReader::count_purchases() {
  const auto purchases = purchases_in(actions_, action_values_);
  if (!purchases) return refuse("actions", "have purchases whose sum does not fit");
  row_.metrics.conversions = purchases->count;
  row_.metrics.conversion_value = purchases->value;
  if (purchases->counted_as.empty()) return;
  details_.key("purchases_counted_as");
  details_.string(purchases->counted_as);
}

}  // namespace adfill
