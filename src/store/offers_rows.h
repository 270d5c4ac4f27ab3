// What the statements of offers tell, read column by column. `Columns` is a home's own row of a result.
#pragma once

#include "store/offers.h"

#include <set>
#include <utility>
#include <vector>

namespace adfill {

// From list_due_listings.
template <class Columns>
[[nodiscard]] std::vector<DueListing> read_due_listings(Columns row) {
  std::vector<DueListing> due;
  while (row.step()) {
    DueListing& one = due.emplace_back();
    one.integration = row.template next<IntegrationId>();
    one.advertiser = row.template next<AdvertiserId>();
    one.source = row.template next<Source>();
    one.sealed_credentials = row.template next<std::string>();
  }
  return due;
}

// From list_offers. Credentials that several advertisers share see the same accounts: each is offered once.
template <class Columns>
[[nodiscard]] std::vector<AccountOffer> read_offers(Columns row) {
  std::vector<AccountOffer> offers;
  std::set<std::pair<Source, std::string>> told;
  while (row.step()) {
    AccountOffer offer;
    offer.through = row.template next<IntegrationId>();
    offer.advertiser_name = row.template next<std::string>();
    offer.source = row.template next<Source>();
    for (std::string* text : {&offer.account.account_id, &offer.account.name, &offer.account.currency,
                              &offer.account.time_zone, &offer.account.status}) {
      *text = row.template next<std::string>();
    }
    offer.found_at = row.template next<Instant>();
    if (told.emplace(offer.source, offer.account.account_id).second) offers.push_back(std::move(offer));
  }
  return offers;
}

}  // namespace adfill
