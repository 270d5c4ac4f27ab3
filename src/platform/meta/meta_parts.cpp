#include "platform/meta/meta_parts.h"

#include "core/must.h"
#include "platform/meta/meta_answer.h"
#include "platform/meta/meta_ids.h"
#include "platform/meta/meta_insights.h"
#include "platform/meta/meta_pages.h"
#include "platform/meta/meta_report.h"
#include "platform/meta/meta_slice.h"

#include <deque>
#include <set>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

constexpr std::size_t ids_of_a_part = 200;  // more make a filter that nobody has tried

std::string level_of(DayPart kind) {
  switch (kind) {
    case DayPart::campaigns:
      return "campaign";
    case DayPart::ad_sets:
      return "adset";
    case DayPart::ads:
      return "ad";
    case DayPart::whole:
      break;
  }
  must(false, "a whole day has no parts");
  return "";
}

// Passes rows on and keeps reports to itself.
class PartSink final : public SliceSink {
 public:
  explicit PartSink(SliceSink& sink) : sink_(sink) {}
  awaitable<Result<void>> report_started(std::string /*report_id*/) override { return seen(); }
  awaitable<Result<void>> report_lost(std::string /*report_id*/) override { return seen(); }
  void alive() override { sink_.alive(); }
  awaitable<Result<void>> ads(std::vector<AdRow> rows) override {
    passed_ = passed_ || !rows.empty();
    return sink_.ads(std::move(rows));
  }
  awaitable<Result<void>> demographics(std::vector<DemographicRow> rows) override {
    return sink_.demographics(std::move(rows));
  }
  awaitable<Result<void>> creatives(std::vector<Creative> rows) override { return sink_.creatives(std::move(rows)); }
  awaitable<Result<void>> account_total(Day day, Totals totals) override { return sink_.account_total(day, totals); }

  [[nodiscard]] bool has_passed_rows() const { return passed_; }

 private:
  awaitable<Result<void>> seen() {
    sink_.alive();
    co_return Result<void>();
  }

  SliceSink& sink_;
  bool passed_ = false;
};

struct IdsPage {
  std::set<std::string> ids{};
  std::size_t elements = 0;
  MetaPaging paging{};
};

Result<IdsPage> read_ids_page(const std::string& body, const std::string& field) {
  constexpr std::string_view name = "a list of what a day's figures belong to";
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array data;
  if (const auto error = parser.parse(body).get(root)) {
    return std::unexpected(unreadable(name, simdjson::error_message(error), body));
  }
  if (root["data"].get_array().get(data) != SUCCESS) return std::unexpected(unreadable(name, "data is missing", body));
  IdsPage page;
  for (const auto element : data) {
    simdjson::dom::object object;
    if (element.get_object().get(object) != SUCCESS) {
      return std::unexpected(unreadable(name, "an element of data is not an object", body));
    }
    const auto id = field_text(object, field);
    if (!id || !is_object_id(*id)) return std::unexpected(unreadable(name, field + " is missing or no id", body));
    page.ids.insert(*id);
    ++page.elements;
  }
  simdjson::dom::element paging;
  if (root["paging"].get(paging) == SUCCESS) {
    auto read = read_paging(paging);
    if (!read) return std::unexpected(unreadable(name, "paging can't be read", body));
    page.paging = std::move(*read);
  }
  return page;
}

class Parts {
 public:
  Parts(const MetaCalls& calls, const MetaSlice& slice, Day today, SliceSink& sink)
      : calls_(calls), slice_(slice), today_(today), sink_(sink) {}

  awaitable<Result<void>> collect(DayPart kind);

 private:
  struct Part {
    DayPart kind;
    std::vector<std::string> ids;
  };
  // Puts those of that kind, inside `parent` if there is one, before the others, in at least two groups where possible.
  awaitable<Result<void>> list(DayPart kind, std::optional<MetaPart> parent);
  awaitable<Result<std::set<std::string>>> read_list(std::string path, Query parameters, std::string field);
  // What to ask for instead of a part that was too large: false when nothing smaller is left.
  awaitable<Result<bool>> divide(Part part);

  const MetaCalls& calls_;
  const MetaSlice& slice_;
  Day today_;
  SliceSink& sink_;
  std::deque<Part> parts_;
};

awaitable<Result<void>> Parts::collect(DayPart kind) {
  auto listed = co_await list(kind, std::nullopt);
  if (!listed) co_return listed;
  while (!parts_.empty()) {
    Part part = std::move(parts_.front());
    parts_.pop_front();
    PartSink sink(sink_);
    const MetaPart asked{.level = level_of(part.kind), .ids = part.ids};
    const auto parameters = part_parameters(slice_.range.since, today_, asked, slice_.windows);
    std::optional<std::string> none;
    auto report = co_await finish_report(calls_, parameters, none, sink);
    Result<void> read = report ? Result<void>() : std::unexpected(report.error());
    if (report) read = co_await read_report(calls_, slice_, CollectionType::ads, std::move(*report), sink);
    if (read) continue;
    // Rows that were passed on can't be taken back here: the day begins anew, in finer parts.
    if (read.error().kind != Failure::Kind::too_large || sink.has_passed_rows()) co_return read;
    const auto divided = co_await divide(std::move(part));
    if (!divided) co_return std::unexpected(divided.error());
    if (!*divided) co_return read;
  }
  co_return Result<void>();
}

awaitable<Result<bool>> Parts::divide(Part part) {
  if (part.ids.size() > 1) {
    const auto middle = part.ids.begin() + static_cast<std::ptrdiff_t>(part.ids.size() / 2);
    Part second{.kind = part.kind, .ids = {middle, part.ids.end()}};
    part.ids.erase(middle, part.ids.end());
    parts_.push_front(std::move(second));
    parts_.push_front(std::move(part));
    co_return true;
  }
  if (part.kind == DayPart::ads) co_return false;
  std::optional<MetaPart> parent(MetaPart{.level = level_of(part.kind), .ids = part.ids});
  const auto finer = part.kind == DayPart::campaigns ? DayPart::ad_sets : DayPart::ads;
  const auto listed = co_await list(finer, std::move(parent));
  if (!listed) co_return std::unexpected(listed.error());
  co_return true;
}

awaitable<Result<void>> Parts::list(DayPart kind, std::optional<MetaPart> parent) {
  const auto level = level_of(kind);
  const auto parameters = part_list_parameters(slice_.range.since, level, parent);
  const auto field = level + "_id";
  const auto edge = calls_.account_id() + "/insights";
  auto ids = co_await read_list(edge, parameters, field);
  if (!ids && ids.error().kind == Failure::Kind::too_large) {
    // Even the list is too much to be answered at once: as a report.
    PartSink sink(sink_);
    std::optional<std::string> none;
    auto report = co_await finish_report(calls_, parameters, none, sink);
    if (!report) co_return std::unexpected(report.error());
    const Query no_parameters;
    const auto report_edge = *report + "/insights";
    ids = co_await read_list(report_edge, no_parameters, field);
  }
  if (!ids) co_return std::unexpected(ids.error());
  const std::vector<std::string> all(ids->begin(), ids->end());
  const auto most = std::min(ids_of_a_part, std::max<std::size_t>(1, (all.size() + 1) / 2));
  for (auto end = all.size(); end > 0;) {
    const auto begin = end > most ? end - most : 0;
    parts_.push_front(
        {kind, {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end)}});
    end = begin;
  }
  co_return Result<void>();
}

awaitable<Result<std::set<std::string>>> Parts::read_list(std::string path, Query parameters, std::string field) {
  MetaPages pages(calls_, std::move(path), std::move(parameters), meta_page_limit);
  std::set<std::string> ids;
  while (true) {
    auto answer = co_await pages.next();
    if (!answer) co_return std::unexpected(answer.error());
    auto page = read_ids_page(answer->body, field);
    if (!page) co_return std::unexpected(page.error());
    ids.merge(page->ids);
    const auto more = pages.turn(page->paging, page->elements);
    if (!more) co_return std::unexpected(more.error());
    if (!*more) co_return ids;
  }
}

}  // namespace

awaitable<Result<void>> collect_parts(const MetaCalls& calls, const MetaSlice& slice, DayPart kind, Day today,
                                      SliceSink& sink) {
  Parts parts(calls, slice, today, sink);
  co_return co_await parts.collect(kind);
}

}  // namespace adfill
