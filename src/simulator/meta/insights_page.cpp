#include "simulator/meta/insights_page.h"

#include "core/money.h"
#include "simulator/json_text.h"
#include "simulator/meta/insights_rows.h"

#include <array>
#include <optional>

namespace adfill::meta {
namespace {

constexpr std::size_t bytes_of_row = 900;  // room made beforehand

// One purchase goes by several names, with one number each (the widest first).
constexpr std::array<std::string_view, 6> purchase_types{"omni_purchase",
                                                         "purchase",
                                                         "offsite_conversion.fb_pixel_purchase",
                                                         "onsite_web_purchase",
                                                         "onsite_web_app_purchase",
                                                         "web_in_store_purchase"};

// What of `value` falls into a window; nullopt for those that give no data (since 2026-01-12) or are the default
// itself.
std::optional<std::int64_t> in_window(std::string_view window, std::int64_t value) {
  const auto by_view = value / 4;
  if (window == "1d_view") return by_view;
  if (window == "7d_click") return value - by_view;
  if (window == "28d_click") return value - by_view / 2;
  if (window == "1d_click") return (value - by_view) * 2 / 3;
  return std::nullopt;
}

class RowWriter {
 public:
  RowWriter(std::string& out, const Account& account, const InsightsQuery& query)
      : out_(out), account_(account), query_(query) {}

  void append(const Row& row) {
    out_ += '{';
    for (const auto field : query_.fields) append_field(field, row);
    append_dates(row);
    append_group(row);
    out_ += '}';
  }

 private:
  void append_field(Field field, const Row& row);
  void append_name(Field field, const Row& row);
  void append_ratio(std::string_view name, std::int64_t part, std::int64_t whole, std::int64_t times);
  void append_count(std::string_view name, std::int64_t count);
  void append_actions(const Figures& figures);
  void append_values(const Figures& figures);
  void append_costs(const Figures& figures);
  void append_return(std::string_view name, std::string_view type, const Figures& figures);
  void begin_list(std::string_view name);
  void end_list(std::size_t begin);
  void append_action(std::string_view type, std::int64_t count);
  void append_value(std::string_view type, std::int64_t amount);
  void append_dates(const Row& row);
  void append_group(const Row& row);

  // Null above the row's level.
  const Ad* ad(const Row& row) const {
    return query_.level == Level::ad ? &account_.ads[static_cast<std::size_t>(row.object)] : nullptr;
  }
  const AdSet* ad_set(const Row& row) const {
    if (query_.level == Level::ad_set) return &account_.ad_sets[static_cast<std::size_t>(row.object)];
    return query_.level == Level::ad ? &account_.ad_sets[static_cast<std::size_t>(ad(row)->ad_set)] : nullptr;
  }
  const Campaign* campaign(const Row& row) const {
    if (query_.level == Level::campaign) return &account_.campaigns[static_cast<std::size_t>(row.object)];
    const auto* set = ad_set(row);
    return set ? &account_.campaigns[static_cast<std::size_t>(set->campaign)] : nullptr;
  }

  std::string& out_;
  const Account& account_;
  const InsightsQuery& query_;
  std::size_t list_begin_ = 0;
};

// A metric that is zero is left out, as Meta does; impressions and spend are nearly always there.
void RowWriter::append_count(std::string_view name, std::int64_t count) {
  if (count == 0) return;
  append_key(out_, name);
  append_quoted_number(out_, count);
}

void RowWriter::append_ratio(std::string_view name, std::int64_t part, std::int64_t whole, std::int64_t times) {
  if (whole == 0 || part == 0) return;
  append_member(out_, name, to_decimal(Micros{part * 1'000'000 / whole * times}, 6));
}

void RowWriter::append_field(Field field, const Row& row) {
  const auto& figures = row.figures;
  switch (field) {
    case Field::impressions:
      return append_count("impressions", figures.impressions);
    case Field::clicks:
      return append_count("clicks", figures.clicks);
    case Field::inline_link_clicks:
      return append_count("inline_link_clicks", figures.link_clicks);
    case Field::spend:  // trailing zeros now and then, as on the wire
      return append_member(out_, "spend", money_text(account_, figures.cost, figures.cost % 3 == 0 ? 2 : 0));
    case Field::reach:
      return append_count("reach", query_.unique_counts ? figures.reach : 0);
    case Field::frequency:
      return append_ratio("frequency", figures.impressions, query_.unique_counts ? figures.reach : 0, 1);
    case Field::cpc:
      return append_ratio("cpc", figures.cost, figures.clicks * account_.units, 1);
    case Field::cpm:
      return append_ratio("cpm", figures.cost, figures.impressions * account_.units, 1000);
    case Field::ctr:
      return append_ratio("ctr", figures.clicks, figures.impressions, 100);
    case Field::actions:
      return append_actions(figures);
    case Field::action_values:
      return append_values(figures);
    case Field::cost_per_action_type:
      return append_costs(figures);
    case Field::purchase_roas:
      return append_return("purchase_roas", "omni_purchase", figures);
    case Field::website_purchase_roas:
      return append_return("website_purchase_roas", "offsite_conversion.fb_pixel_purchase", figures);
    case Field::outbound_clicks:
      begin_list("outbound_clicks");
      append_action("outbound_click", figures.link_clicks);
      return end_list(list_begin_);
    case Field::account_currency:
    case Field::account_id:
    case Field::account_name:
    case Field::ad_id:
    case Field::ad_name:
    case Field::adset_id:
    case Field::adset_name:
    case Field::attribution_setting:
    case Field::buying_type:
    case Field::campaign_id:
    case Field::campaign_name:
    case Field::objective:
      return append_name(field, row);
  }
}

void RowWriter::append_name(Field field, const Row& row) {
  const auto* its_ad = ad(row);
  const auto* its_set = ad_set(row);
  const auto* its_campaign = campaign(row);
  if (field == Field::account_currency) append_member(out_, "account_currency", account_.currency);
  if (field == Field::account_id) append_member(out_, "account_id", account_.id);
  if (field == Field::account_name) append_member(out_, "account_name", account_.name);
  if (its_ad && field == Field::ad_id) append_member(out_, "ad_id", its_ad->id);
  if (its_ad && field == Field::ad_name) append_member(out_, "ad_name", its_ad->name);
  if (its_set && field == Field::adset_id) append_member(out_, "adset_id", its_set->id);
  if (its_set && field == Field::adset_name) append_member(out_, "adset_name", its_set->name);
  if (its_set && field == Field::attribution_setting) append_member(out_, "attribution_setting", its_set->attribution);
  if (its_campaign && field == Field::campaign_id) append_member(out_, "campaign_id", its_campaign->id);
  if (its_campaign && field == Field::campaign_name) append_member(out_, "campaign_name", its_campaign->name);
  if (its_campaign && field == Field::buying_type) append_member(out_, "buying_type", "AUCTION");
  if (its_campaign && field == Field::objective) append_member(out_, "objective", "OUTCOME_SALES");
}

void RowWriter::begin_list(std::string_view name) {
  list_begin_ = out_.size();
  append_key(out_, name);
  out_ += '[';
}

// A list without entries is left out.
void RowWriter::end_list(std::size_t begin) {
  if (out_.back() == '[') {
    out_.resize(begin);
  } else {
    out_ += ']';
  }
}

void RowWriter::append_action(std::string_view type, std::int64_t count) {
  if (count == 0) return;
  out_.append(out_.back() == '[' ? "{\"action_type\":\"" : ",{\"action_type\":\"").append(type).append("\",\"value\":");
  append_quoted_number(out_, count);
  for (const auto& window : query_.windows) {
    if (const auto value = in_window(window, count)) append_count(window, *value);
  }
  out_ += '}';
}

void RowWriter::append_value(std::string_view type, std::int64_t amount) {
  if (amount == 0) return;
  out_.append(out_.back() == '[' ? "{\"action_type\":\"" : ",{\"action_type\":\"").append(type).append("\"");
  append_member(out_, "value", money_text(account_, amount));
  for (const auto& window : query_.windows) {
    const auto value = in_window(window, amount);
    if (value && *value != 0) append_member(out_, window, money_text(account_, *value));
  }
  out_ += '}';
}

void RowWriter::append_actions(const Figures& figures) {
  begin_list("actions");
  append_action("link_click", figures.link_clicks);
  append_action("landing_page_view", figures.link_clicks * 4 / 5);
  append_action("post_engagement", figures.clicks + figures.clicks / 5);
  append_action("page_engagement", figures.clicks + figures.clicks / 4);
  append_action("omni_add_to_cart", figures.carts);
  append_action("add_to_cart", figures.carts);
  for (const auto type : purchase_types) append_action(type, figures.purchases);
  end_list(list_begin_);
}

void RowWriter::append_values(const Figures& figures) {
  begin_list("action_values");
  for (const auto type : purchase_types) append_value(type, figures.purchase_value);
  end_list(list_begin_);
}

void RowWriter::append_costs(const Figures& figures) {
  begin_list("cost_per_action_type");
  const auto entry = [&](std::string_view type, std::int64_t count) {
    if (count == 0) return;
    out_.append(out_.back() == '[' ? "{" : ",{");
    append_member(out_, "action_type", type);
    append_ratio("value", figures.cost, count * account_.units, 1);
    out_ += '}';
  };
  entry("link_click", figures.cost == 0 ? 0 : figures.link_clicks);
  entry("omni_purchase", figures.cost == 0 ? 0 : figures.purchases);
  end_list(list_begin_);
}

void RowWriter::append_return(std::string_view name, std::string_view type, const Figures& figures) {
  if (figures.purchase_value == 0 || figures.cost == 0) return;
  begin_list(name);
  out_ += '{';
  append_member(out_, "action_type", type);
  append_ratio("value", figures.purchase_value, figures.cost, 1);
  out_ += '}';
  end_list(list_begin_);
}

void RowWriter::append_dates(const Row& row) {
  append_member(out_, "date_start", row.days.since.to_string());
  append_member(out_, "date_stop", row.days.until.to_string());
}

void RowWriter::append_group(const Row& row) {
  const auto group = static_cast<std::size_t>(row.group);
  switch (query_.breakdown) {
    case Breakdown::none:
      return;
    case Breakdown::age:
      return append_member(out_, "age", ages.at(group));
    case Breakdown::gender:
      return append_member(out_, "gender", genders.at(group));
    case Breakdown::age_gender:
      append_member(out_, "age", ages.at(group / genders.size()));
      append_member(out_, "gender", genders.at(group % genders.size()));
      return;
  }
}

}  // namespace

void append_paging(std::string& out, const GraphRequest& request, const std::string& before, const std::string& after,
                   bool more) {
  append_key(out, "paging");
  out.append("{\"cursors\":{");
  append_member(out, "before", before);
  append_member(out, "after", after);
  out += '}';
  if (more) append_member(out, "next", page_url(request, after));
  out += '}';
}

std::expected<Cursor, GraphError> asked_cursor(const GraphRequest& request) {
  const auto* after = request.find("after");
  if (!after || after->empty()) return Cursor{};
  const auto cursor = read_cursor(*after);
  if (cursor) return *cursor;
  auto error = invalid_parameter("");
  error.code = 2642;
  error.message = "(#2642) Invalid cursors values";
  return std::unexpected(error);
}

std::expected<Page, GraphError> write_insights_page(const GraphRequest& request, const Account& account,
                                                    const InsightsQuery& query, Day yesterday) {
  const auto start = asked_cursor(request);
  if (!start) return std::unexpected(start.error());
  const int limit = page_limit(request);
  RowWalk walk(account, query, yesterday, *start);
  Page page;
  page.body.reserve(static_cast<std::size_t>(limit) * bytes_of_row);
  page.body = "{\"data\":[";
  RowWriter writer(page.body, account, query);
  auto row = walk.next();
  Cursor after = walk.place();
  for (; row && page.rows < limit; row = walk.next()) {
    if (page.rows++ > 0) page.body += ',';
    writer.append(*row);
    after = walk.place();
  }
  page.body += ']';
  if (page.rows > 0) append_paging(page.body, request, write_cursor(*start), write_cursor(after), row.has_value());
  page.body += '}';
  return page;
}

}  // namespace adfill::meta
