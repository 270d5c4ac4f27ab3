#include "store/conformance/world.h"

#include <doctest/doctest.h>

namespace adfill::conformance {

namespace {

PlannedJob creatives_job(JobMode mode = JobMode::initial) {
  return plan(1, 30, mode, CollectionType::creatives);
}

CreativesCommit page(World& world, const Claim& claim, Asked asked, const std::vector<std::string>& ads, bool last) {
  CreativesCommit commit{claim.token, asked, world.now, {}, last};
  for (const std::string& ad : ads) commit.rows.push_back(creative(ad));
  return commit;
}

}  // namespace

TEST_CASE("pages of creatives are committed as they come, and the last one completes the chunk") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(creatives_job());
    const auto claim = world.claim_one();
    CHECK(claim->open_days.empty());
    const Asked asked = world.store->draw_asked();
    const auto first = world.store->commit_creatives(page(world, *claim, asked, {"a", "b"}, false));
    CHECK(first.rows_written == 2);
    CHECK_FALSE(first.chunk_completed);
    CHECK(world.store->coverage(claim->integration, CollectionType::creatives).empty());
    const auto last = world.store->commit_creatives(page(world, *claim, asked, {"c"}, true));
    CHECK(last.chunk_completed);
    CHECK(last.job_ended == JobStatus::completed);
    CHECK(world.job(job).rows == 3);
    CHECK(world.store->chunks(job).at(0).days_done == 30);
    const auto coverage = world.store->coverage(claim->integration, CollectionType::creatives);
    REQUIRE(coverage.size() == 1);
    CHECK(coverage.at(0).rows == 3);
    CHECK(coverage.at(0).asked == asked);
    CHECK(coverage.at(0).day == Day(2026, 3, 1));  // noon in Seoul
  });
}

TEST_CASE("ads that a complete listing no longer has are marked absent, never removed, and come back") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job()});
    const auto list = [&](const std::vector<std::string>& ads) {
      const auto claim = world.claim_one();
      CHECK(world.store->commit_creatives(page(world, *claim, world.store->draw_asked(), ads, true)).chunk_completed);
      world.pass(std::chrono::hours(24));
      (void)world.store->enqueue(integration, {creatives_job(JobMode::daily)}, "test");
      const auto coverage = world.store->coverage(integration, CollectionType::creatives);
      REQUIRE(coverage.size() == 1);
      return std::pair(coverage.at(0).rows, coverage.at(0).rows_absent);
    };
    CHECK(list({"a", "b", "c"}) == std::pair<std::int64_t, std::int64_t>(3, 0));
    CHECK(list({"a"}) == std::pair<std::int64_t, std::int64_t>(1, 2));
    CHECK(list({"a", "c", "d"}) == std::pair<std::int64_t, std::int64_t>(3, 1));
    CHECK(list({}) == std::pair<std::int64_t, std::int64_t>(0, 4));
  });
}

TEST_CASE("an older listing that ends late changes nothing and completes its chunk") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job(), creatives_job(JobMode::manual)});
    const auto claims = world.claim(2);
    const Asked older = world.store->draw_asked();
    const Asked newer = world.store->draw_asked();
    CHECK(world.store->commit_creatives(page(world, claims.at(0), older, {"a"}, false)).rows_written == 1);
    CHECK(world.store->commit_creatives(page(world, claims.at(1), newer, {"b"}, true)).chunk_completed);
    const auto late = world.store->commit_creatives(page(world, claims.at(0), older, {"c"}, true));
    CHECK(late.chunk_completed);
    CHECK(late.rows_written == 0);
    CHECK(late.days_left_alone == 1);
    const auto coverage = world.store->coverage(integration, CollectionType::creatives);
    CHECK(coverage.at(0).asked == newer);
    CHECK(coverage.at(0).rows == 1);
    CHECK(coverage.at(0).rows_absent == 1);
  });
}

TEST_CASE("a listing that says what was there writes nothing, and a link signed anew is no change") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job()});
    const auto list = [&](const std::vector<Creative>& rows) {
      const auto claim = world.claim_one();
      REQUIRE(claim);
      const auto done = world.store->commit_creatives({claim->token, world.store->draw_asked(), world.now, rows, true});
      CHECK(done.chunk_completed);
      CHECK(done.rows_written + done.rows_unchanged == static_cast<std::int64_t>(rows.size()));
      world.pass(std::chrono::hours(24));
      (void)world.store->enqueue(integration, {creatives_job(JobMode::daily)}, "test");
      return done.rows_written;
    };
    const auto read = [&] { return world.store->creatives(integration, {}); };
    Creative shown = creative("a");
    shown.thumbnail_url = "https://cdn/t?oe=1";
    shown.video_id = "v1";
    shown.video_url = "https://video/1";
    shown.video_source_url = "https://cdn/v?oe=1";
    const auto begun = world.now;
    CHECK(list({shown, creative("b")}) == 2);
    CHECK(list({shown, creative("b")}) == 0);
    CHECK(read().at(0).updated_at == begun);
    CHECK(read().at(0).creative == shown);
    CHECK_FALSE(read().at(0).absent_since);
    CHECK(world.store->coverage(integration, CollectionType::creatives).at(0).rows == 2);

    shown.thumbnail_url = "https://cdn/t?oe=2";
    shown.video_source_url = "https://cdn/v?oe=2";
    CHECK(list({shown, creative("b")}) == 1);
    CHECK(read().at(0).creative.thumbnail_url == "https://cdn/t?oe=2");
    CHECK(read().at(0).updated_at == begun);
    CHECK(world.store->videos(integration) ==
          std::map<std::string, VideoLinks>{{"v1", {"https://video/1", "https://cdn/v?oe=2"}}});

    shown.body = "Only today";
    const auto changed = world.now;
    CHECK(list({shown}) == 1);
    CHECK(read().at(0).updated_at == changed);
    CHECK(read().at(1).absent_since == changed);
    const auto back = world.now;
    CHECK(list({shown, creative("b")}) == 1);
    CHECK_FALSE(read().at(1).absent_since);
    CHECK(read().at(1).updated_at == back);
  });
}

TEST_CASE("of two listings side by side the newer one wins, also where it changes nothing") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job()});
    CHECK(world.store->commit_creatives(page(world, *world.claim_one(), world.store->draw_asked(), {"a"}, true))
              .rows_written == 1);
    (void)world.store->enqueue(integration, {creatives_job(), creatives_job(JobMode::daily)}, "test");
    const auto claims = world.claim(2);
    REQUIRE(claims.size() == 2);
    const Asked older = world.store->draw_asked();
    const Asked newer = world.store->draw_asked();
    (void)world.store->commit_creatives(page(world, claims.at(1), newer, {"a"}, false));
    CreativesCommit late{claims.at(0).token, older, world.now, {creative("a", "an older title")}, false};
    CHECK(world.store->commit_creatives(late).rows_written == 0);
    CHECK(world.store->creatives(integration, {}).at(0).creative.title == creative("a").title);
  });
}

TEST_CASE("creatives are read in order, behind an ad, or those of some ads") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job()});
    const std::string odd = "c\"\\\x01";
    (void)world.store->commit_creatives(
        page(world, *world.claim_one(), world.store->draw_asked(), {"b", "a", odd}, true));
    const auto ids = [&](const CreativeFilter& filter) {
      std::vector<std::string> found;
      for (const auto& record : world.store->creatives(integration, filter)) found.push_back(record.creative.ad_id);
      return found;
    };
    CHECK(ids({}) == std::vector<std::string>{"a", "b", odd});
    CHECK(ids({.after = "a", .limit = 1}) == std::vector<std::string>{"b"});
    CHECK(ids({.ads = std::vector<std::string>{odd, "a", "z"}}) == std::vector<std::string>{"a", odd});
    CHECK(ids({.ads = std::vector<std::string>{}}).empty());
    CHECK(world.store->creatives(IntegrationId{}, {}).empty());
  });
}

TEST_CASE("a picture is kept once, is told with its creative, and goes with a purge") {
  on_each_store([](World& world) {
    const IntegrationId integration = world.add_account("act_1", {creatives_job()});
    CHECK_FALSE(world.integration(integration).keep_thumbnails);
    CHECK(world.store->set_keep_thumbnails(IntegrationId{}, true, "test") == Outcome::not_found);
    CHECK(world.store->set_keep_thumbnails(integration, true, "test") == Outcome::done);
    CHECK(world.integration(integration).keep_thumbnails);
    const auto claim = world.claim_one();
    CHECK(claim->keep_thumbnails);
    Creative image = creative("a");
    image.image_hash = "h1";
    image.video_id = "v1";
    Creative video = creative("b");
    video.video_id = "v1";
    (void)world.store->commit_creatives(
        {claim->token, world.store->draw_asked(), world.now, {image, video, creative("c")}, true});
    using Names = std::vector<std::string>;
    CHECK(world.store->missing_pictures(integration, {"h1", "video-v1"}) == Names{"h1", "video-v1"});
    world.store->keep_picture(integration, {"video-v1", "image/png", "AAAA"});
    world.store->keep_picture(integration, {"video-v1", "image/gif", "BBBB"});
    CHECK(world.store->missing_pictures(integration, {"h1", "video-v1"}) == Names{"h1"});
    const auto records = world.store->creatives(integration, {});
    CHECK_FALSE(records.at(0).has_picture);
    CHECK(records.at(1).has_picture);
    CHECK_FALSE(records.at(2).has_picture);
    const auto kept = world.store->picture(integration, "video-v1");
    REQUIRE(kept);
    CHECK(kept->content_type == "image/png");
    CHECK(kept->base64 == "AAAA");
    CHECK_FALSE(world.store->picture(integration, "h1"));
    CHECK(world.store->remove_integration(integration, true, "test") == Outcome::done);
    const IntegrationId again = world.add_account("act_1", {creatives_job()});
    CHECK_FALSE(world.store->picture(again, "video-v1"));
    CHECK(world.store->creatives(again, {}).empty());
  });
}

TEST_CASE("a page with a stale token writes nothing") {
  on_each_store([](World& world) {
    const JobId job = world.add_job(creatives_job());
    const auto claim = world.claim_one();
    CHECK(world.store->cancel_job(job, "test") == Outcome::done);
    const auto result = world.store->commit_creatives(page(world, *claim, world.store->draw_asked(), {"a"}, true));
    CHECK(result.state == CommitResult::State::stale);
    CHECK(world.store->coverage(claim->integration, CollectionType::creatives).empty());
  });
}

}  // namespace adfill::conformance
