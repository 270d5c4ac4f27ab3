#include "core/row_hash.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>

namespace adfill {

namespace {

// PostgreSQL keeps U+FFFD where a text has U+0000, and the hash is to be the same on both homes.
std::int64_t hash_as_stored(std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return hash_of(text);
  std::string stored;
  for (const char c : text) {
    if (c == '\0') {
      stored += "\xEF\xBF\xBD";
    } else {
      stored += c;
    }
  }
  return hash_of(stored);
}

// In order: a value that wanders from one column to the next shows too.
class Mix {
 public:
  void add(std::int64_t value) {
    hash_ = (hash_ ^ static_cast<std::uint64_t>(value)) * 0xff51afd7ed558ccdU;
    hash_ ^= hash_ >> 32U;
    hash_ *= 0xc4ceb9fe1a85ec53U;
    hash_ ^= hash_ >> 29U;
  }
  void add(std::string_view text) { add(hash_as_stored(text)); }
  void add(const Metrics& metrics) {
    add(metrics.impressions);
    add(metrics.clicks);
    for (const Micros amount : {metrics.cost, metrics.conversions, metrics.conversion_value}) add(amount.value);
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0x9e3779b97f4a7c15U;
};

template <class Row>
std::uint64_t mix_row(std::initializer_list<const std::string*> texts, const Row& row, std::string_view currency,
                      std::int64_t details_hash, bool absent) {
  Mix mix;
  for (const std::string* text : texts) mix.add(std::string_view(*text));
  mix.add(currency);
  mix.add(row.metrics);
  mix.add(row.reach ? 1 : 0);
  mix.add(row.reach.value_or(0));
  mix.add(details_hash);
  mix.add(absent ? 1 : 0);
  return mix.value();
}

}  // namespace

std::int64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0x9e3779b97f4a7c15U ^ text.size();
  for (std::size_t at = 0; at < text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min(sizeof word, text.size() - at));
    hash = (hash ^ word) * 0xff51afd7ed558ccdU;
    hash ^= hash >> 32U;
  }
  return static_cast<std::int64_t>(hash);
}

std::string hash_text(std::int64_t hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  auto rest = static_cast<std::uint64_t>(hash);
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, rest >>= 4U) *digit = digits[rest & 0xFU];
  return text;
}

std::uint64_t row_hash(const AdRow& row, std::string_view currency, std::int64_t details_hash, bool absent) {
  return mix_row({&row.campaign_ad_id, &row.campaign_id, &row.campaign_name, &row.ad_group_id, &row.ad_group_name,
                  &row.ad_id, &row.ad_name},
                 row, currency, details_hash, absent);
}

std::uint64_t row_hash(const DemographicRow& row, std::string_view currency, std::int64_t details_hash, bool absent) {
  return mix_row({&row.breakdown, &row.gender, &row.age}, row, currency, details_hash, absent);
}

}  // namespace adfill
