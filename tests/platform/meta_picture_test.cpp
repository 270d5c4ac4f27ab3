#include "platform/meta/meta_picture.h"

#include "meta_world.h"

#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
using Kind = Failure::Kind;

namespace {

Answer picture_answer(const std::string& type, std::string body = "bytes", int status = 200) {
  return answer(status, std::move(body), {{"content-type", type}});
}

}  // namespace

TEST_CASE("a picture is fetched from a public address, without anything of ours, and of no great size") {
  MetaWorld world;
  world.then(picture_answer("Image/PNG; charset=binary"));
  const auto fetched = world.run(world.connector->picture("https://scontent.fbcdn.net/t.png?oe=1"));
  REQUIRE(fetched);
  CHECK(fetched->content_type == "image/png");
  CHECK(fetched->bytes == "bytes");
  const auto& call = world.http.calls.at(0);
  CHECK(call.only_public);
  CHECK(call.method == "GET");
  CHECK(call.body_limit == picture_limit);
  for (const auto& [name, value] : call.headers) CHECK(name == "accept");
  CHECK(world.governor.scopes().empty());
}

TEST_CASE("links of another kind are not followed") {
  for (const auto* url :
       {"http://scontent.fbcdn.net/t.png", "file:///etc/passwd", "gopher://x/", "scontent/t.png", "", "//host/t.png",
        "https://user@host/t.png", "http://graph.facebook.com/t.png", "https:/x", "ftp://graph.facebook.com/x"}) {
    MetaWorld world;
    const auto fetched = world.run(world.connector->picture(url));
    REQUIRE_MESSAGE(!fetched, url);
    CHECK(fetched.error().kind == Kind::permanent);
    CHECK(world.http.calls.empty());
  }
}

TEST_CASE("a simulator's own pictures are fetched from where it is, and from no other port of that machine") {
  MetaWorld world;
  const auto fetch = [&](const std::string& url) {
    auto fetching = fetch_picture(world.context, "http://127.0.0.1:9100", url);
    return world.run(std::move(fetching));
  };
  world.then(picture_answer("image/svg+xml"));
  CHECK(fetch("http://127.0.0.1:9100/simulator/images/a.svg?oe=1"));
  CHECK_FALSE(world.http.calls.at(0).only_public);
  CHECK_FALSE(fetch("http://127.0.0.1:9101/simulator/images/a.svg"));
  CHECK_FALSE(fetch("http://127.0.0.1:91000/a.svg"));
  CHECK_FALSE(fetch("http://127.0.0.1:9100@evil/a.svg"));
  CHECK(world.http.calls.size() == 1);
}

TEST_CASE("what is no picture is not kept") {
  for (const auto& said :
       {picture_answer("text/html"), picture_answer(""), picture_answer("image/png", ""), answer(200, "bytes"),
        picture_answer("image/png", "bytes", 302), picture_answer("image/png", "gone", 403),
        picture_answer("application/javascript"), picture_answer("image/pngx"), no_answer(HttpError::Kind::too_long),
        no_answer(HttpError::Kind::unreachable)}) {
    MetaWorld world;
    world.then(said);
    CHECK_FALSE(world.run(world.connector->picture("https://scontent.fbcdn.net/t.png")));
    CHECK(world.http.calls.size() == 1);
  }
}
