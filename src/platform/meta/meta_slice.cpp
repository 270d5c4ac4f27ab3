#include "platform/meta/meta_slice.h"

#include "platform/meta/meta_insights.h"
#include "platform/meta/meta_pages.h"
#include "platform/meta/meta_parts.h"
#include "platform/meta/meta_report.h"
#include "platform/meta/meta_rows.h"

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

// Reads a list to its end into the sink.
template <class Row>
awaitable<Result<void>> read_pages(MetaPages& pages, const MetaSlice& slice, SliceSink& sink) {
  while (true) {
    auto answer = co_await pages.next();
    if (!answer) co_return std::unexpected(answer.error());
    auto page = parse_insights<Row>(answer->body, slice);
    if (!page) co_return std::unexpected(page.error());
    const auto more = pages.turn(page->paging, page->rows.size());
    if (!more) co_return std::unexpected(more.error());
    auto told = co_await pass_on(sink, std::move(page->rows));
    if (!told || !*more) co_return told;
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
