#include "sql/postgres.h"
#include "store/creatives_rows.h"
#include "store/postgres/figures.h"
#include "store/postgres/postgres_home.h"

#include <algorithm>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

std::map<std::string, VideoLinks> PostgresStore::videos(IntegrationId integration) {
  return read(
      [&](Connection& db) { return read_videos(db.query(statement::list_videos, ":integration", integration)); });
}

std::vector<CreativeRecord> PostgresStore::creatives(IntegrationId integration, const CreativeFilter& filter) {
  return read([&](Connection& db) {
    return read_creatives(db.query(
        statement::list_creatives, ":integration", integration, ":all", !filter.ads.has_value(), ":ads",
        array_of(filter.ads.value_or(std::vector<std::string>())), ":after", filter.after, ":limit", filter.limit));
  });
}

std::vector<std::string> PostgresStore::ads_without_creative(IntegrationId integration, int limit) {
  return read([&](Connection& db) {
    return db.values<std::string>(statement::list_ads_without_creative, ":integration", integration, ":limit", limit);
  });
}

std::vector<std::string> PostgresStore::missing_pictures(IntegrationId integration,
                                                         const std::vector<std::string>& pictures) {
  return read([&](Connection& db) {
    const auto kept = db.values<std::string>(statement::list_kept_pictures, ":integration", integration, ":pictures",
                                             array_of(pictures));
    std::vector<std::string> missing;
    std::ranges::copy_if(pictures, std::back_inserter(missing),
                         [&kept](const auto& picture) { return std::ranges::find(kept, picture) == kept.end(); });
    return missing;
  });
}

void PostgresStore::keep_picture(IntegrationId integration, const KeptPicture& picture) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.send(statement::keep_picture, ":integration", integration, ":picture", picture.picture,
                        ":content_type", picture.content_type, ":bytes", picture.base64, ":now", transaction.now());
  });
}

std::optional<KeptPicture> PostgresStore::picture(IntegrationId integration, const std::string& name) {
  return read([&](Connection& db) {
    return read_picture(db.query(statement::read_picture, ":integration", integration, ":picture", name), name);
  });
}

}  // namespace adfill::postgres
