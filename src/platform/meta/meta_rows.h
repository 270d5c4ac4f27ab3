// Pages of Meta's insights to rows. Numbers come as texts or bare; a metric that is 0 or does not apply is absent.
// Whatever can't be read without guessing is a Failure that names the field and the ad: never a wrong row, never part
// of a page.
#pragma once

#include "core/day.h"
#include "core/result.h"
#include "core/rows.h"
#include "platform/connector.h"
#include "platform/meta/meta_attribution.h"
#include "platform/meta/meta_pages.h"

#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// What was asked for: a row of another account, currency or day is refused.
struct MetaSlice {
  std::string_view account_number;  // without act_
  std::string_view currency;
  DayRange range;
  MetaWindows windows{};  // that purchases are counted in; none: as Meta does by itself
};

template <class Row>
struct MetaPage {
  std::vector<Row> rows{};
  MetaPaging paging{};
};

// `body` may be given more memory and is otherwise left as it is. Row: AdRow (level ad), DemographicRow (level account
// by age and gender) or DayTotals (level account).
template <class Row>
[[nodiscard]] Result<MetaPage<Row>> parse_insights(std::string& body, const MetaSlice& slice);

extern template Result<MetaPage<AdRow>> parse_insights<AdRow>(std::string&, const MetaSlice&);
extern template Result<MetaPage<DemographicRow>> parse_insights<DemographicRow>(std::string&, const MetaSlice&);
extern template Result<MetaPage<DayTotals>> parse_insights<DayTotals>(std::string&, const MetaSlice&);

}  // namespace adfill
