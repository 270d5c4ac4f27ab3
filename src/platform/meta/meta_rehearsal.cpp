#include "platform/meta/meta_rehearsal.h"

#include "core/must.h"
#include "core/random.h"
#include "net/quota_forecast.h"
#include "platform/meta/meta_creatives.h"
#include "platform/meta/meta_slice.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace adfill {
namespace {

constexpr int rehearsals = 8;

std::int64_t pages_of(std::int64_t rows, int limit) {
  return std::max<std::int64_t>(1, (rows + limit - 1) / limit);
}

// The limits of an account, and what calls use up of them.
class Limits {
 public:
  Limits(const MetaStage& stage, const AccountProbe& probe) : stage_(stage), tier_(probe.tier) {
    const auto account = "act_" + stage.scopes.number;
    make_ = add("POST", account + "/insights");
    read_ = add("GET", account + "/insights");
    list_ = add("GET", account + "/ads");
  }
  struct Share {
    std::size_t limit = 0;
    double points = 1;
  };
  using Call = std::vector<Share>;
  [[nodiscard]] const Call& make() const { return make_; }
  [[nodiscard]] const Call& read() const { return read_; }
  [[nodiscard]] const Call& list() const { return list_; }
  [[nodiscard]] const std::vector<QuotaForecast>& forecasts() const { return forecasts_; }

 private:
  Call add(std::string_view method, const std::string& path);

  const MetaStage& stage_;
  const std::string& tier_;
  std::map<std::pair<std::string, std::string_view>, std::size_t> places_{};
  std::vector<QuotaForecast> forecasts_{};
  std::vector<bool> by_calls_{};
  Call make_, read_, list_;
};

Limits::Call Limits::add(std::string_view method, const std::string& path) {
  Call call;
  for (const auto& use : uses_of(stage_.scopes, method, path)) {
    const auto [place, is_new] = places_.try_emplace({use.scope, use.rule.name}, forecasts_.size());
    if (is_new) {
      auto outlook = stage_.governor.outlook(use, stage_.begin);
      // What is published, where the answers tell the tier and no share.
      if (outlook.capacity <= 0 && use.rule.name == score_limit.name) outlook.capacity = published_score(tier_);
      // Nobody tells in what time the load fades. Where the score has another time than Meta's own, the load has too,
      // and nothing is known of it.
      const auto score = stage_.governor.outlook({stage_.scopes.account, score_limit}, stage_.begin);
      if (use.rule.name == load_limit.name && score.shape == QuotaOutlook::Shape::cycles) outlook.capacity = 0;
      forecasts_.emplace_back(outlook, stage_.begin);
      by_calls_.push_back(outlook.by_calls);
    }
    call.push_back({place->second, by_calls_[place->second] ? 1 : use.points});
  }
  return call;
}

// One chunk at a time.
struct Lane {
  enum class Stage { idle, asking, waiting, reading };
  Stage stage = Stage::idle;
  Instant free{};
  std::size_t chunk = 0;
  Duration report{};  // how long Meta works on its report
  Instant report_end{};
  MetaPollPace pace{};
  std::int64_t pages = 0;  // still to be read
};

class Play {
 public:
  Play(const MetaStage& stage, const Limits& limits, const std::vector<PlannedChunk>& chunks, const AccountProbe& probe,
       std::uint64_t seed)
      : stage_(stage),
        limits_(limits),
        forecasts_(limits.forecasts()),
        chunks_(chunks),
        probe_(probe),
        random_(seed),
        times_(stage.report_times) {
    for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      waiting_.push_back(chunk);
      if (chunks_[chunk].known) pilots_[chunks_[chunk].type] = Pilot::back;
    }
  }

  void run(int at_once, Rehearsal& sum);

 private:
  void go_on(Lane& lane, Rehearsal& sum);
  // The next chunk in waiting_, as the store releases them; waiting_.end() while all wait for a pilot.
  [[nodiscard]] std::vector<std::size_t>::iterator next_chunk();
  void begin_chunk(Lane& lane);
  void wait_for_pilot(Lane& lane);
  void ask(Lane& lane, Rehearsal& sum);
  void poll(Lane& lane, Rehearsal& sum);
  void read(Lane& lane, Rehearsal& sum);
  // False, and the lane waits, when a quota does not let it through soon.
  bool makes(const Limits::Call& call, Lane& lane, Rehearsal& sum);
  // Give or take a quarter.
  [[nodiscard]] Duration scaled(Duration time) {
    return Duration(static_cast<Duration::rep>(static_cast<double>(time.count()) * (0.75 + random_.fraction() / 2)));
  }

  const MetaStage& stage_;
  const Limits& limits_;
  std::vector<QuotaForecast> forecasts_;
  const std::vector<PlannedChunk>& chunks_;
  const AccountProbe& probe_;
  Random random_;
  MetaReportTimes times_;
  std::vector<Lane> lanes_{};
  std::vector<std::size_t> waiting_{};  // chunks that are not begun
  // Of a type that nothing is known of one chunk, the newest, is the pilot, and the others wait for it.
  enum class Pilot { not_begun, under_way, back };
  std::map<CollectionType, Pilot> pilots_{};
  Instant last_{};
};

void Play::run(int at_once, Rehearsal& sum) {
  lanes_.assign(static_cast<std::size_t>(at_once), Lane{.free = stage_.begin});
  last_ = stage_.begin;
  while (true) {
    const auto is_idle = [&](const Lane& lane) { return lane.stage == Lane::Stage::idle && waiting_.empty(); };
    std::erase_if(lanes_, is_idle);
    if (lanes_.empty()) break;
    Lane& first = *std::ranges::min_element(lanes_, {}, &Lane::free);
    go_on(first, sum);
    last_ = std::max(last_, first.free);
  }
  sum.time += last_ - stage_.begin;
}

// As platform_call.cpp waits for a place: none is taken that is far ahead, so that a cheap call gets in before a dear
// one that has waited for longer.
bool Play::makes(const Limits::Call& call, Lane& lane, Rehearsal& sum) {
  constexpr Duration horizon = std::chrono::seconds(1);
  constexpr Duration far = std::chrono::minutes(1);  // then nobody gets in before
  Instant place = lane.free;
  for (const auto& share : call) place = std::max(place, forecasts_[share.limit].next(share.points, lane.free));
  if (place > lane.free + horizon) {
    lane.free = std::max(lane.free + horizon, place - far);
    return false;
  }
  for (const auto& share : call) forecasts_[share.limit].take(share.points, place);
  sum.calls[lane.chunk] += 1;
  lane.free = place + probe_.call;
  return true;
}

std::string kind_of(const MetaStage& stage, const PlannedChunk& chunk) {
  const auto number = "act_" + stage.scopes.number;
  return MetaReportTimes::kind_of(number, {{"level", chunk.type == CollectionType::ads ? "ad" : "account"}});
}

std::vector<std::size_t>::iterator Play::next_chunk() {
  const auto may_begin = [&](std::size_t chunk) { return pilots_[chunks_[chunk].type] != Pilot::under_way; };
  const auto first = std::ranges::find_if(waiting_, may_begin);
  if (first == waiting_.end() || pilots_[chunks_[*first].type] == Pilot::back) return first;
  const auto type = chunks_[*first].type;
  const auto until = [&](std::size_t chunk) {
    return chunks_[chunk].type == type ? std::optional(chunks_[chunk].range.until) : std::nullopt;
  };
  return std::ranges::max_element(waiting_, {}, until);
}

// Right behind what the others do next.
void Play::wait_for_pilot(Lane& lane) {
  std::optional<Instant> soonest;
  for (const auto& other : lanes_) {
    if (other.stage != Lane::Stage::idle) soonest = std::min(soonest.value_or(other.free), other.free);
  }
  must(soonest.has_value(), "a pilot that is waited for is in a lane");
  lane.free = *soonest + Duration(1);
}

void Play::begin_chunk(Lane& lane) {
  const auto next = next_chunk();
  if (next == waiting_.end()) return wait_for_pilot(lane);
  lane.chunk = *next;
  waiting_.erase(next);
  const auto& chunk = chunks_[lane.chunk];
  if (pilots_[chunk.type] == Pilot::not_begun) pilots_[chunk.type] = Pilot::under_way;
  lane.stage = Lane::Stage::reading;
  // For the quotas a video is a read like a page, though many go in one call.
  lane.pages = pages_of(chunk.rows, creatives_page_limit) + probe_.videos;
  if (chunk.type == CollectionType::creatives) return;
  lane.stage = Lane::Stage::asking;
  lane.pages = pages_of(chunk.rows, meta_page_limit) + pages_of(chunk.range.length(), meta_page_limit);
}

void Play::ask(Lane& lane, Rehearsal& sum) {
  if (!makes(limits_.make(), lane, sum)) return;
  lane.report = scaled(probe_.report);
  lane.report_end = lane.free + lane.report;
  lane.pace = times_.pace(kind_of(stage_, chunks_[lane.chunk]), stage_.poll_base);
  lane.stage = Lane::Stage::waiting;
  lane.free += std::exchange(lane.pace, lane.pace.next()).wait(random_.fraction());
}

void Play::poll(Lane& lane, Rehearsal& sum) {
  if (!makes(limits_.read(), lane, sum)) return;
  if (lane.free < lane.report_end) {
    lane.free += std::exchange(lane.pace, lane.pace.next()).wait(random_.fraction());
  } else {
    times_.learn(kind_of(stage_, chunks_[lane.chunk]), lane.report);
    lane.stage = Lane::Stage::reading;
  }
}

void Play::read(Lane& lane, Rehearsal& sum) {
  const bool is_list = chunks_[lane.chunk].type == CollectionType::creatives;
  if (!makes(is_list ? limits_.list() : limits_.read(), lane, sum)) return;
  lane.pages -= 1;
  if (lane.pages > 0) return;
  lane.stage = Lane::Stage::idle;
  pilots_[chunks_[lane.chunk].type] = Pilot::back;
}

void Play::go_on(Lane& lane, Rehearsal& sum) {
  switch (lane.stage) {
    case Lane::Stage::idle:
      return begin_chunk(lane);
    case Lane::Stage::asking:
      return ask(lane, sum);
    case Lane::Stage::waiting:
      return poll(lane, sum);
    case Lane::Stage::reading:
      return read(lane, sum);
  }
}

}  // namespace

Rehearsal rehearse(const MetaStage& stage, const std::vector<PlannedChunk>& chunks, const AccountProbe& probe,
                   int at_once) {
  Rehearsal mean{.calls = std::vector<double>(chunks.size())};
  const Limits limits(stage, probe);
  for (std::uint64_t seed = 1; seed <= rehearsals; ++seed) {
    Play play(stage, limits, chunks, probe, seed);  // the same each time: an estimate asked for again is the same
    play.run(at_once, mean);
  }
  for (auto& calls : mean.calls) calls /= rehearsals;
  mean.time /= rehearsals;
  return mean;
}

}  // namespace adfill
