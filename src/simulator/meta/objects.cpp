#include "simulator/meta/objects.h"

#include "core/time_zone.h"
#include "simulator/json_text.h"
#include "simulator/meta/creatives.h"
#include "simulator/truth.h"

#include <algorithm>
#include <array>

namespace adfill::meta {
namespace {

using Written = std::expected<std::string, GraphError>;

std::string graph_time(std::int64_t unix_seconds) {
  return to_rfc3339(instant_from_micros(unix_seconds * 1'000'000)).substr(0, 19) + "+0000";
}

// Hours that the zone is ahead of UTC: found by where today began there, to the quarter of an hour.
std::string offset_hours(const std::string& zone, Instant now) {
  constexpr Duration step = std::chrono::minutes(15);
  const Day today = day_in_zone(now, zone);
  auto begin = Instant(std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()) / 15 * 15);
  while (day_in_zone(begin - step, zone) == today) begin -= step;
  const auto midnight = Instant(std::chrono::days(today.number()));
  const auto quarters = (midnight - begin) / step;
  return std::to_string(quarters / 4) + (quarters % 4 == 0                         ? ""
                                         : quarters % 4 == 2 || quarters % 4 == -2 ? ".5"
                                                                                   : ".75");
}

void append_raw(std::string& out, std::string_view name, std::string_view json) {
  append_key(out, name);
  out.append(json);
}

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The four below: false for a field that such an object has not; known fields without a value are left out.
bool append_account_field(std::string& out, const Account& account, const std::string& field, Instant now) {
  constexpr std::array<std::string_view, 14> absent{
      "id",        "business",         "business_name", "business_country_code", "capabilities",     "end_advertiser",
      "age",       "media_agency",     "tax_id_status", "timezone_id",           "attribution_spec", "is_personal",
      "io_number", "default_dsa_payor"};
  if (field == "name")
    append_member(out, field, account.name);
  else if (field == "account_id")
    append_member(out, field, account.id);
  else if (field == "currency")
    append_member(out, field, account.currency);
  else if (field == "timezone_name")
    append_member(out, field, account.zone);
  else if (field == "timezone_offset_hours_utc")
    append_raw(out, field, offset_hours(account.zone, now));
  else if (field == "account_status")
    append_member(out, field, 1);
  else if (field == "disable_reason")
    append_member(out, field, 0);
  else if (field == "min_daily_budget")
    append_member(out, field, account.units == 1 ? 1300 : 100);
  else if (field == "created_time")
    append_member(out, field, "2020-03-04T10:11:12+0900");
  else if (field == "spend_cap" || field == "balance")
    append_member(out, field, "0");
  else if (field == "user_tasks")
    append_raw(out, field, "[\"ANALYZE\"]");
  else if (field == "amount_spent") {
    const Day yesterday = day_in_zone(now, account.zone).plus(-1);
    const auto spent = truth_of_account(account, {account.begin, yesterday}, yesterday).sums.cost;
    append_member(out, field, std::to_string(spent));
  } else
    return is_one_of(absent, field);
  return true;
}

bool append_campaign_field(std::string& out, const Account& account, const Campaign& campaign,
                           const std::string& field) {
  constexpr std::array<std::string_view, 8> absent{"id",           "spend_cap",       "stop_time",
                                                   "daily_budget", "lifetime_budget", "bid_strategy",
                                                   "issues_info",  "budget_remaining"};
  if (field == "name")
    append_member(out, field, campaign.name);
  else if (field == "account_id")
    append_member(out, field, account.id);
  else if (field == "status" || field == "effective_status" || field == "configured_status")
    append_member(out, field, "ACTIVE");
  else if (field == "objective")
    append_member(out, field, "OUTCOME_SALES");
  else if (field == "buying_type")
    append_member(out, field, "AUCTION");
  else if (field == "created_time" || field == "updated_time" || field == "start_time")
    append_member(out, field, graph_time(1'600'000'000));
  else
    return is_one_of(absent, field);
  return true;
}

bool append_ad_set_field(std::string& out, const Account& account, const AdSet& ad_set, const std::string& field) {
  constexpr std::array<std::string_view, 8> absent{"id",        "end_time",     "daily_budget", "lifetime_budget",
                                                   "targeting", "bid_strategy", "bid_amount",   "promoted_object"};
  if (field == "name")
    append_member(out, field, ad_set.name);
  else if (field == "account_id")
    append_member(out, field, account.id);
  else if (field == "campaign_id")
    append_member(out, field, account.campaigns[static_cast<std::size_t>(ad_set.campaign)].id);
  else if (field == "status" || field == "effective_status" || field == "configured_status")
    append_member(out, field, "ACTIVE");
  else if (field == "optimization_goal")
    append_member(out, field, "OFFSITE_CONVERSIONS");
  else if (field == "billing_event")
    append_member(out, field, "IMPRESSIONS");
  else if (field == "created_time" || field == "updated_time" || field == "start_time")
    append_member(out, field, graph_time(1'600'000'000));
  else
    return is_one_of(absent, field);
  return true;
}

bool append_ad_field(std::string& out, const Account& account, const Ad& ad, const std::string& field) {
  constexpr std::array<std::string_view, 9> absent{
      "id",          "adlabels",       "bid_amount",      "conversion_domain",     "source_ad_id",
      "issues_info", "tracking_specs", "recommendations", "preview_shareable_link"};
  if (field == "name")
    append_member(out, field, ad.name);
  else if (field == "account_id")
    append_member(out, field, account.id);
  else if (field == "campaign_id")
    append_member(out, field, account.campaigns[static_cast<std::size_t>(ad.campaign)].id);
  else if (field == "adset_id")
    append_member(out, field, account.ad_sets[static_cast<std::size_t>(ad.ad_set)].id);
  else if (field == "status" || field == "configured_status")
    append_member(out, field, ad.status);
  else if (field == "effective_status")
    append_member(out, field, ad.effective_status);
  else if (field == "created_time")
    append_member(out, field, graph_time(created_at(ad)));
  else if (field == "updated_time")
    append_member(out, field, graph_time(updated_at(ad)));
  else
    return is_one_of(absent, field);
  return true;
}

Written write_fields(const Object& object, const std::vector<FieldName>& fields, const GraphRequest& request,
                     Instant now);

// An ad's creative, ad set or campaign, with fields of its own.
std::optional<Written> write_nested(const Object& object, const FieldName& field, const GraphRequest& request,
                                    Instant now) {
  if (object.kind != ObjectKind::ad) return std::nullopt;
  const auto& ad = object.account->ads[static_cast<std::size_t>(object.index)];
  if (field.name == "creative")
    return write_fields({ObjectKind::creative, object.account, object.index}, field.nested, request, now);
  if (field.name == "adset")
    return write_fields({ObjectKind::ad_set, object.account, ad.ad_set}, field.nested, request, now);
  if (field.name == "campaign")
    return write_fields({ObjectKind::campaign, object.account, ad.campaign}, field.nested, request, now);
  return std::nullopt;
}

struct Kind {
  std::string id;
  const char* node;  // the name that error messages give it
};

Kind kind_of(const Object& object) {
  const auto& account = *object.account;
  const auto place = static_cast<std::size_t>(object.index);
  switch (object.kind) {
    case ObjectKind::campaign:
      return {account.campaigns[place].id, "Campaign"};
    case ObjectKind::ad_set:
      return {account.ad_sets[place].id, "AdSet"};
    case ObjectKind::ad:
      return {account.ads[place].id, "Ad"};
    case ObjectKind::creative:
      return {creative_id(account.ads[place]), "AdCreative"};
    case ObjectKind::video:
      return {video_id(account.ads[place]), "Video"};
    case ObjectKind::account:
      break;
  }
  return {"act_" + account.id, "AdAccount"};
}

bool append_field(std::string& out, const Object& object, const std::string& field, Instant now) {
  const auto& account = *object.account;
  const auto place = static_cast<std::size_t>(object.index);
  switch (object.kind) {
    case ObjectKind::campaign:
      return append_campaign_field(out, account, account.campaigns[place], field);
    case ObjectKind::ad_set:
      return append_ad_set_field(out, account, account.ad_sets[place], field);
    case ObjectKind::ad:
      return append_ad_field(out, account, account.ads[place], field);
    case ObjectKind::account:
    case ObjectKind::creative:
    case ObjectKind::video:
      break;
  }
  return append_account_field(out, account, field, now);
}

Written write_fields(const Object& object, const std::vector<FieldName>& fields, const GraphRequest& request,
                     Instant now) {
  const auto kind = kind_of(object);
  std::string out;
  if (object.kind == ObjectKind::creative) {
    std::string unknown;
    const auto& ad = object.account->ads[static_cast<std::size_t>(object.index)];
    if (ad.is_broken && !fields.empty()) return std::unexpected(incomplete_creative());
    if (append_creative(out, *object.account, ad, fields, request.base, now, unknown)) return out;
    return std::unexpected(unknown_field(unknown, kind.node));
  }
  if (object.kind == ObjectKind::video) {
    std::string unknown;
    const auto& ad = object.account->ads[static_cast<std::size_t>(object.index)];
    if (!has_video(ad)) return std::unexpected(unknown_object(kind.id));
    if (append_video(out, ad, fields, request.base, now, unknown)) return out;
    return std::unexpected(unknown_field(unknown, kind.node));
  }
  out = "{";
  for (const auto& field : fields) {
    if (const auto nested = write_nested(object, field, request, now)) {
      if (!*nested) return std::unexpected(nested->error());
      append_raw(out, field.name, **nested);
    } else if (!append_field(out, object, field.name, now)) {
      return std::unexpected(unknown_field(field.name, kind.node));
    }
  }
  append_member(out, "id", kind.id);
  out += '}';
  return out;
}

std::vector<FieldName> asked_fields(const GraphRequest& request) {
  const auto* text = request.find("fields");
  return text ? parse_fields(*text) : std::vector<FieldName>();
}

std::expected<AdFilter, GraphError> asked_filter(const GraphRequest& request) {
  AdFilter filter;
  if (const auto* text = request.find("filtering")) {
    auto read = AdFilter::read(*text);
    if (!read) return read;
    filter = std::move(*read);
  }
  if (const auto* text = request.find("effective_status")) {
    const auto statuses = parse_list(*text);
    filter.add_statuses({statuses.begin(), statuses.end()});
  }
  if (!filter.asks_for("DELETED")) return filter;
  auto error = invalid_parameter("");
  error.message = "Invalid parameter";
  error.subcode = 1815001;
  error.is_transient = false;
  error.user_title = "Cannot Request for Deleted Objects";
  error.user_message = "Requesting for deleted objects is not supported in this endpoint.";
  return std::unexpected(error);
}

std::size_t count_of(const Account& account, ObjectKind kind) {
  if (kind == ObjectKind::campaign) return account.campaigns.size();
  return kind == ObjectKind::ad_set ? account.ad_sets.size() : account.ads.size();
}

bool is_below(const Object& node, const Object& object) {
  const auto& account = *node.account;
  if (node.kind == ObjectKind::account) return true;
  const auto place = static_cast<std::size_t>(object.index);
  if (object.kind == ObjectKind::ad_set)
    return node.kind == ObjectKind::campaign && account.ad_sets[place].campaign == node.index;
  if (object.kind != ObjectKind::ad) return false;
  const auto& ad = account.ads[place];
  return (node.kind == ObjectKind::campaign ? ad.campaign : ad.ad_set) == node.index;
}

}  // namespace

Written write_object(const Object& object, const GraphRequest& request, Instant now) {
  return write_fields(object, asked_fields(request), request, now);
}

std::expected<Page, GraphError> write_listing(const Object& node, ObjectKind of, const GraphRequest& request,
                                              Instant now) {
  const auto filter = asked_filter(request);
  if (!filter) return std::unexpected(filter.error());
  const auto start = asked_cursor(request);
  if (!start) return std::unexpected(start.error());
  const auto& account = *node.account;
  const auto fields = asked_fields(request);
  const int limit = page_limit(request);
  Page page{"{\"data\":["};
  bool more = false;
  Cursor after = *start;
  for (auto at = static_cast<std::size_t>((*start)[0]); at < count_of(account, of) && !more; ++at) {
    const Object object{of, node.account, static_cast<int>(at)};
    if (!is_below(node, object)) continue;
    if (of == ObjectKind::ad) {
      const auto& ad = account.ads[at];
      if (!filter->matches(account, ad) || (!filter->names_status() && !is_live(ad))) continue;
    }
    more = page.rows == limit;
    if (more) break;
    const auto written = write_fields(object, fields, request, now);
    if (!written) return std::unexpected(written.error());
    page.body.append(page.rows++ > 0 ? "," : "").append(*written);
    after[0] = static_cast<std::int64_t>(at) + 1;
  }
  page.body += ']';
  if (page.rows > 0) append_paging(page.body, request, write_cursor(*start), write_cursor(after), more);
  page.body += '}';
  return page;
}

}  // namespace adfill::meta
