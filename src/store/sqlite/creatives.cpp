#include "sql/sqlite.h"
#include "store/creatives_rows.h"
#include "store/sqlite/figures.h"
#include "store/sqlite/records.h"
#include "store/sqlite/sqlite_home.h"

#include <algorithm>
#include <utility>

namespace adfill {

namespace sqlite = sql::sqlite;

std::map<std::string, VideoLinks> SqliteStore::videos(IntegrationId integration) {
  return read(
      [&](SqliteConnection& db) { return read_videos(db.query(sqlite::list_videos, ":integration", integration)); });
}

std::vector<CreativeRecord> SqliteStore::creatives(IntegrationId integration, const CreativeFilter& filter) {
  return read([&](SqliteConnection& db) {
    return read_creatives(db.query(sqlite::list_creatives, ":integration", integration, ":ads", json_texts(filter.ads),
                                   ":after", filter.after, ":limit", filter.limit));
  });
}

std::vector<std::string> SqliteStore::ads_without_creative(IntegrationId integration, int limit) {
  return read([&](SqliteConnection& db) {
    return db.values<std::string>(sqlite::list_ads_without_creative, ":integration", integration, ":limit", limit);
  });
}

std::vector<std::string> SqliteStore::missing_pictures(IntegrationId integration,
                                                       const std::vector<std::string>& pictures) {
  return read([&](SqliteConnection& db) {
    const auto kept = db.values<std::string>(sqlite::list_kept_pictures, ":integration", integration, ":pictures",
                                             json_texts(pictures));
    std::vector<std::string> missing;
    std::ranges::copy_if(pictures, std::back_inserter(missing),
                         [&kept](const auto& picture) { return std::ranges::find(kept, picture) == kept.end(); });
    return missing;
  });
}

void SqliteStore::keep_picture(IntegrationId integration, const KeptPicture& picture) {
  write(Durability::repeatable, [&](Transaction& transaction) {
    transaction.db.run(sqlite::keep_picture, ":integration", integration, ":picture", picture.picture, ":content_type",
                       picture.content_type, ":bytes", picture.base64, ":now", transaction.now);
  });
}

std::optional<KeptPicture> SqliteStore::picture(IntegrationId integration, const std::string& name) {
  return read([&](SqliteConnection& db) {
    return read_picture(db.query(sqlite::read_picture, ":integration", integration, ":picture", name), name);
  });
}

}  // namespace adfill
