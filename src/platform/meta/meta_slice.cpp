#include "platform/meta/meta_slice.h"

#include "net/side_by_side.h"
#include "platform/meta/meta_insights.h"
#include "platform/meta/meta_pages.h"
#include "platform/meta/meta_parts.h"
#include "platform/meta/meta_report.h"
#include "platform/meta/meta_rows.h"

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;

awaitable<Result<void>> pass_on(SliceSink& sink, std::vector<AdRow> rows) {
  return sink.ads(std::move(rows));
}
awaitable<Result<void>> pass_on(SliceSink& sink, std::vector<DemographicRow> rows) {
  return sink.demographics(std::move(rows));
}

// A page and all that is needed to parse it, apart from everything else.
template <class Row>
struct Parsing {
  std::string body;
  std::string account_number;
  std::string currency;
  DayRange range;
  MetaWindows windows;

  [[nodiscard]] Result<MetaPage<Row>> page() {
    return parse_insights<Row>(
        body, {.account_number = account_number, .currency = currency, .range = range, .windows = windows});
  }
};

template <class Row>
struct Parsed {
  Result<MetaPage<Row>> page;
  bool beside = false;  // the loop went on meanwhile
};

template <class Row>
awaitable<Parsed<Row>> parse_aside(std::string body, MetaSlice slice, SliceSink& sink) {
  auto parsing = std::make_shared<Parsing<Row>>(std::move(body), std::string(slice.account_number),
                                                std::string(slice.currency), slice.range, slice.windows);
  auto parsed = std::make_shared<Parsed<Row>>();
  std::function<void()> parse = [parsing, parsed, loop = std::this_thread::get_id()] {
    parsed->page = parsing->page();
    parsed->beside = std::this_thread::get_id() != loop;
  };
  parsing.reset();
  co_await sink.aside(std::move(parse));
  co_return std::move(*parsed);
}

// Reads a list to its end into the sink. The next page is asked for while the last one is parsed, from the second page
// on: where the first one held up the loop there is nothing to gain by it.
template <class Row>
awaitable<Result<void>> read_pages(MetaPages& pages, const MetaSlice& slice, SliceSink& sink) {
  auto answer = co_await pages.next();
  Parsed<Row> read;
  while (true) {
    if (!answer) co_return std::unexpected(answer.error());
    const auto ahead = read.beside ? paging_at_end(answer->body) : std::nullopt;
    const bool is_ahead = ahead && ahead->more;
    Result<bool> more = is_ahead ? pages.turn(*ahead, 0) : false;
    if (!more) co_return std::unexpected(more.error());
    auto parsed = parse_aside<Row>(std::move(answer->body), slice, sink);
    if (is_ahead) {
      auto both = side_by_side(pages.next(), std::move(parsed));
      std::tie(answer, read) = co_await std::move(both);
    } else {
      read = co_await std::move(parsed);
    }
    auto& page = read.page;
    if (!page) co_return std::unexpected(page.error());
    if (!is_ahead) more = pages.turn(page->paging, page->rows.size());
    if (!more) co_return std::unexpected(more.error());
    auto told = co_await pass_on(sink, std::move(page->rows));
    if (!told || !*more) co_return told;
    if (!is_ahead) answer = co_await pages.next();
  }
}

}  // namespace

awaitable<Result<void>> read_report(const MetaCalls& calls, const MetaSlice& slice, CollectionType type,
                                    std::string report, SliceSink& sink) {
  const auto edge = report + "/insights";
  MetaPages pages(calls, edge, Query(), meta_page_limit);
  auto read = type == CollectionType::ads ? co_await read_pages<AdRow>(pages, slice, sink)
                                          : co_await read_pages<DemographicRow>(pages, slice, sink);
  if (read || !is_gone(read.error())) co_return read;
  // Expired between its end and now. The next attempt makes a new one.
  const auto told = co_await sink.report_lost(report);
  if (!told) co_return told;
  Failure gone(Failure::Kind::transient, "report " + report + " is gone: " + read.error().message);
  gone.code = read.error().code;
  co_return std::unexpected(std::move(gone));
}

namespace {

awaitable<Result<void>> collect_whole(const MetaCalls& calls, const MetaSlice& slice, const SliceRequest& request,
                                      Day today, SliceSink& sink) {
  const auto parameters = report_parameters(request.type, request.range, today, slice.windows);
  auto report = co_await finish_report(calls, parameters, request.running_report, sink);
  if (!report) co_return std::unexpected(report.error());
  co_return co_await read_report(calls, slice, request.type, std::move(*report), sink);
}

}  // namespace

namespace {

// They only prove what the rows say: an account that has none to tell, or can't tell them readably, is collected all
// the same.
bool is_about_totals(const Failure& failure) {
  return failure.kind == Failure::Kind::permanent || failure.kind == Failure::Kind::too_large ||
         failure.kind == Failure::Kind::unparsable;
}

// Once more where that may help: even small questions are refused as too large now and then
// (facebook/facebook-python-business-sdk#470).
awaitable<Result<std::vector<DayTotals>>> ask_for_totals(const MetaCalls& calls, const MetaSlice& slice) {
  auto totals = co_await read_totals(calls, slice);
  const bool once_more = !totals && is_about_totals(totals.error()) && totals.error().kind != Failure::Kind::permanent;
  if (once_more) totals = co_await read_totals(calls, slice);
  co_return totals;
}

}  // namespace

awaitable<Result<void>> collect_slice(const MetaCalls& calls, SliceRequest request, Day today, SliceSink& sink) {
  const MetaSlice slice{.account_number = calls.scopes().number,
                        .currency = request.currency,
                        .range = request.range,
                        .windows = windows_in(request.attribution)};
  auto read = request.part == DayPart::whole ? co_await collect_whole(calls, slice, request, today, sink)
                                             : co_await collect_parts(calls, slice, request.part, today, sink);
  if (!read) co_return read;

  // After the report, so that the totals are never older than the rows they are compared with.
  const auto totals = co_await ask_for_totals(calls, slice);
  if (!totals && !is_about_totals(totals.error())) co_return std::unexpected(totals.error());
  if (!totals) {
    if (calls.context().notices != nullptr)
      calls.context().notices->once(
          "meta totals " + calls.account_id(),
          calls.account_id() +
              " does not tell its own totals, so days can't be compared with them: " + totals.error().message);
    co_return Result<void>();
  }
  for (const auto& day : *totals) {
    auto told = co_await sink.account_total(day.day, day.totals);
    if (!told) co_return told;
  }
  co_return Result<void>();
}

awaitable<Result<std::vector<DayTotals>>> read_totals(const MetaCalls& calls, const MetaSlice& slice) {
  MetaPages pages(calls, calls.account_id() + "/insights", totals_parameters(slice.range), meta_page_limit);
  std::vector<DayTotals> totals;
  while (true) {
    auto answer = co_await pages.next();
    if (!answer) co_return std::unexpected(answer.error());
    const auto page = parse_insights<DayTotals>(answer->body, slice);
    if (!page) co_return std::unexpected(page.error());
    totals.insert(totals.end(), page->rows.begin(), page->rows.end());
    const auto more = pages.turn(page->paging, page->rows.size());
    if (!more) co_return std::unexpected(more.error());
    if (!*more) co_return totals;
  }
}

}  // namespace adfill
