#include "simulator/world.h"

#include "core/time_zone.h"
#include "simulator/mix.h"
#include "simulator/simulator.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace adfill {
namespace {

// Ids have 19 digits: 120, the kind, ten digits for the account, five for the object. An account number of up to ten
// digits stands there as it is, so that an id is understood after a restart too; a longer one is known once it was
// asked for.
constexpr std::uint64_t account_numbers = 10'000'000'000ULL;
constexpr std::uint64_t objects_of_account = 100'000;
constexpr int ads_of_ad_set = 3;
constexpr int ad_sets_of_campaign = 3;
// Paused, archived and deleted ads stopped before the current stretch of so many days began: a restart on the next
// day seldom changes their past.
constexpr std::int32_t stop_stretch = 91;

constexpr std::array<std::string_view, 6> campaign_names{"Spring sale",    "봄맞이 할인", "Brand \"Always on\"",
                                                         "신상품 출시 🚀", "Retargeting", "겨울 클리어런스"};
constexpr std::array<std::string_view, 5> ad_set_names{"KR 25-34", "서울 여성 18-24", "Lookalike 1 %", "관심사: 패션",
                                                       "Broad"};
constexpr std::array<std::string_view, 8> ad_names{"Video A",         "동영상 광고", "Carousel \\ best of",
                                                   "이미지 \"특가\"", "Story 🎉",    "카탈로그 상품",
                                                   "Static, blue",    "리뷰 모음 ❤️"};

std::uint64_t account_number(std::string_view id) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
  if (parsed.ec == std::errc() && number < account_numbers) return number;
  return mix(0, id) % account_numbers;
}

std::string object_id(int kind, std::uint64_t account, std::size_t index) {
  auto digits = std::to_string(account * objects_of_account + index + 1);
  return "120" + std::to_string(kind) + std::string(15 - digits.size(), '0') + digits;
}

template <std::size_t count>
std::string numbered(const std::array<std::string_view, count>& names, std::size_t index) {
  return std::string(names[index % count]) + " " + std::to_string(index + 1);
}

void set_status(Ad& ad, std::size_t index, Day start) {
  constexpr std::array<std::string_view, 10> states{"ACTIVE",       "ACTIVE", "ACTIVE",   "WITH_ISSUES", "ACTIVE",
                                                    "ADSET_PAUSED", "ACTIVE", "ARCHIVED", "PAUSED",      "DELETED"};
  ad.effective_status = states[index % states.size()];
  const bool runs = ad.effective_status == "ACTIVE" || ad.effective_status == "WITH_ISSUES";
  ad.status = runs || ad.effective_status == "ADSET_PAUSED" ? "ACTIVE" : ad.effective_status;
  const Day stretch(start.number() / stop_stretch * stop_stretch);
  if (!runs) ad.stopped = stretch.plus(-static_cast<std::int32_t>(between(mix(ad.key, 8), 0, 120)));
}

Ad make_ad(const Account& account, std::uint64_t number, std::size_t index, Day start) {
  Ad ad;
  ad.id = object_id(3, number, index);
  ad.name = numbered(ad_names, index);
  ad.ad_set = static_cast<int>(index) / ads_of_ad_set;
  ad.campaign = ad.ad_set / ad_sets_of_campaign;
  ad.key = mix(account.key, index);
  ad.daily_impressions = between(mix(ad.key, 1), 300, 9000);
  ad.click_ppm = between(mix(ad.key, 2), 4000, 28000);
  // 3,000 to 12,000 won, or 3.00 to 12.00 of a currency with a hundredth.
  ad.cost_per_mille = between(mix(ad.key, 3), 3000, 12000) / (account.units == 1 ? 1 : 10);
  ad.purchase_ppm = mix(ad.key, 4) % 4 == 0 ? 0 : between(mix(ad.key, 5), 4000, 40000);
  ad.purchase_value = between(mix(ad.key, 6), 19000, 89000) / (account.units == 1 ? 1 : 10);
  if (index != 0 && mix(ad.key, 7) % 3 != 0) {
    ad.cycle = static_cast<std::int32_t>(between(mix(ad.key, 9), 120, 500));
    ad.active = static_cast<std::int32_t>(ad.cycle * between(mix(ad.key, 10), 30, 90) / 100);
    ad.phase = static_cast<std::int32_t>(between(mix(ad.key, 11), 0, ad.cycle - 1));
  }
  set_status(ad, index, start);
  return ad;
}

std::int64_t units_of(std::string_view currency) {
  // Meta's currencies without a hundredth (Marketing API, currencies).
  constexpr std::array<std::string_view, 11> whole{"CLP", "COP", "CRC", "HUF", "IDR", "ISK",
                                                   "JPY", "KRW", "PYG", "TWD", "VND"};
  return std::ranges::find(whole, currency) == whole.end() ? 100 : 1;
}

}  // namespace

World::World(const SimulatorSettings& settings, Instant now)
    : settings_(settings), start_(day_in_zone(now, settings.time_zone)) {}

Account* World::account(std::string_view id) {
  if (id.starts_with("act_")) id.remove_prefix(4);
  const bool number = !id.empty() && id.size() <= 20 && id.find_first_not_of("0123456789") == std::string_view::npos;
  if (!number) return nullptr;
  auto found = accounts_.find(id);
  if (found == accounts_.end()) {
    auto made = make(std::string(id));
    by_number_.emplace(account_number(id), made.get());
    found = accounts_.emplace(std::string(id), std::move(made)).first;
  }
  return found->second.get();
}

std::unique_ptr<Account> World::make(const std::string& id) const {
  auto account = std::make_unique<Account>();
  account->id = id;
  account->key = mix(mix(0, settings_.seed), id);
  account->name = (account->key % 2 == 0 ? "Acme KR " : "달빛상점 ") + id;
  account->currency = settings_.currency;
  account->zone = settings_.time_zone;
  account->units = units_of(settings_.currency);
  account->begin = start_.plus(-settings_.days);
  const auto number = account_number(id);
  const auto count =
      std::min<std::size_t>(static_cast<std::size_t>(std::max(settings_.ads, 0)), objects_of_account - 1);
  for (std::size_t index = 0; index < count; ++index) {
    account->ads.push_back(make_ad(*account, number, index, start_));
    auto& ad = account->ads.back();
    // Spread evenly over the account.
    const auto broken = static_cast<std::size_t>(settings_.broken_creatives);
    ad.is_broken = index * broken / count != (index + 1) * broken / count;
    if (account->campaigns.size() == static_cast<std::size_t>(ad.campaign)) {
      const auto place = account->campaigns.size();
      account->campaigns.push_back({object_id(1, number, place), numbered(campaign_names, place)});
    }
    if (account->ad_sets.size() == static_cast<std::size_t>(ad.ad_set)) {
      const auto place = account->ad_sets.size();
      const auto* attribution = place % 5 == 4 ? "1d_click" : "7d_click_1d_view";
      account->ad_sets.push_back(
          {object_id(2, number, place), numbered(ad_set_names, place), ad.campaign, attribution});
    }
    account->campaigns.back().ads.push_back(static_cast<int>(index));
    account->ad_sets.back().ads.push_back(static_cast<int>(index));
  }
  return account;
}

std::vector<Account*> World::known() const {
  std::vector<Account*> all;
  for (const auto& [id, account] : accounts_) all.push_back(account.get());
  return all;
}

std::optional<Object> World::find(std::string_view id) {
  if (id.starts_with("act_")) {
    auto* found = account(id);
    return found ? std::optional<Object>(Object{ObjectKind::account, found}) : std::nullopt;
  }
  if (id.size() != 19 || !id.starts_with("120") || id.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t digits = 0;
  std::from_chars(id.data() + 4, id.data() + id.size(), digits);
  const auto number = digits / objects_of_account;
  const auto index = digits % objects_of_account;
  const auto known = by_number_.find(number);
  auto* owner = known == by_number_.end() ? account(std::to_string(number)) : known->second;
  if (index == 0) return std::nullopt;
  const auto place = static_cast<int>(index - 1);
  const auto among = [&](std::size_t count, ObjectKind kind) {
    return index <= count ? std::optional<Object>(Object{kind, owner, place}) : std::nullopt;
  };
  switch (id[3]) {
    case '1':
      return among(owner->campaigns.size(), ObjectKind::campaign);
    case '2':
      return among(owner->ad_sets.size(), ObjectKind::ad_set);
    case '3':
      return among(owner->ads.size(), ObjectKind::ad);
    case '4':
      return among(owner->ads.size(), ObjectKind::creative);
    case '5':
      return among(owner->ads.size(), ObjectKind::video);
    default:
      return std::nullopt;
  }
}

std::string creative_id(const Ad& ad) {
  auto id = ad.id;
  id[3] = '4';
  return id;
}

std::string video_id(const Ad& ad) {
  auto id = ad.id;
  id[3] = '5';
  return id;
}

}  // namespace adfill
