// A row of figures as it is stored, read column by column. `Columns` is a home's own row of a result.
#pragma once

#include "core/rows.h"

#include <string>

namespace adfill {

template <class Row>
struct StoredRow {
  Row row;  // without its day and its details
  std::string currency;
};

template <class Columns>
void read_names(Columns& stored, AdRow& row) {
  for (std::string* text :
       {&row.campaign_id, &row.campaign_name, &row.ad_group_id, &row.ad_group_name, &row.ad_id, &row.ad_name}) {
    *text = stored.next_text();
  }
}
template <class Columns>
void read_names(Columns& /*stored*/, DemographicRow& /*row*/) {}

template <class Columns>
void read_key(Columns& stored, AdRow& row) {
  row.campaign_ad_id = stored.next_text();
}

template <class Columns>
void read_key(Columns& stored, DemographicRow& row) {
  for (std::string* text : {&row.breakdown, &row.gender, &row.age}) *text = stored.next_text();
}

// The columns from the first name to reach.
template <class Columns, class Row>
void read_after_key(Columns& stored, StoredRow<Row>& into) {
  read_names(stored, into.row);
  into.currency = stored.next_text();
  into.row.metrics.impressions = stored.next_integer();
  into.row.metrics.clicks = stored.next_integer();
  for (Micros* amount : {&into.row.metrics.cost, &into.row.metrics.conversions, &into.row.metrics.conversion_value}) {
    *amount = stored.template next<Micros>();
  }
  into.row.reach = stored.next_integer_or_null();
}

}  // namespace adfill
