// A row of figures as it is stored, read column by column.
#pragma once

#include "core/rows.h"
#include "store/postgres/postgres_connection.h"

#include <string>

namespace adfill::postgres {

template <class Row>
struct StoredRow {
  Row row;  // without its day and its details
  std::string currency;
};

inline void read_names(Rows& stored, AdRow& row) {
  for (std::string* text :
       {&row.campaign_id, &row.campaign_name, &row.ad_group_id, &row.ad_group_name, &row.ad_id, &row.ad_name}) {
    *text = stored.next_text();
  }
}
inline void read_names(Rows& /*stored*/, DemographicRow& /*row*/) {}
inline void read_key(Rows& stored, AdRow& row) {
  row.campaign_ad_id = stored.next_text();
}
inline void read_key(Rows& stored, DemographicRow& row) {
  for (std::string* text : {&row.breakdown, &row.gender, &row.age}) *text = stored.next_text();
}

// The columns from the first name to reach.
template <class Row>
void read_after_key(Rows& stored, StoredRow<Row>& into) {
  read_names(stored, into.row);
  into.currency = stored.next_text();
  into.row.metrics.impressions = stored.next_integer();
  into.row.metrics.clicks = stored.next_integer();
  for (Micros* amount : {&into.row.metrics.cost, &into.row.metrics.conversions, &into.row.metrics.conversion_value}) {
    *amount = stored.next<Micros>();
  }
  into.row.reach = stored.next_integer_or_null();
}

}  // namespace adfill::postgres
