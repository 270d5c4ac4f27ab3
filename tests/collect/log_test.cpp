#include "collect/log.h"

#include "core/random.h"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>
#include <thread>

using namespace adfill;
namespace json = boost::json;

namespace {

// spdlog's default logger, kept while it lives.
struct KeptLog {
  std::ostringstream lines;
  std::shared_ptr<spdlog::logger> before = spdlog::default_logger();

  explicit KeptLog(LogFormat format, std::vector<std::string> secrets = {}) {
    auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines));
    logger->set_formatter(make_log_formatter(format, std::move(secrets)));
    logger->set_level(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
  }
  ~KeptLog() { spdlog::set_default_logger(before); }

  json::object only() { return json::parse(lines.str()).as_object(); }
};

}  // namespace

TEST_CASE("what a line is about are fields of it, and of no other line") {
  Random random(1);
  LogAbout about;
  about.integration = IntegrationId::draw(random);
  about.job = JobId::draw(random);
  about.chunk = ChunkId::draw(random);
  about.attempt = ChunkToken::draw(random);
  about.failure = "transient";
  about.trace_id = "Abc";
  {
    KeptLog log(LogFormat::json);
    log_about(about, spdlog::level::warn, "{}: {}", "ads", "no answer");
    const auto line = log.only();
    CHECK(line.at("level") == "warn");
    CHECK(line.at("message") == "ads: no answer");
    CHECK(line.at("integration_id") == json::string(about.integration->to_string()));
    CHECK(line.at("job_id") == json::string(about.job->to_string()));
    CHECK(line.at("chunk_id") == json::string(about.chunk->to_string()));
    CHECK(line.at("attempt_id") == json::string(about.attempt->to_string()));
    CHECK(line.at("failure") == "transient");
    CHECK(line.at("trace_id") == "Abc");
    CHECK(parse_rfc3339(line.at("time").as_string()));
  }
  KeptLog log(LogFormat::json);
  spdlog::error("stopping");
  CHECK(log.only().size() == 3);
}

TEST_CASE("each thread says for itself what its lines are about") {
  KeptLog log(LogFormat::json);
  LogAbout about;
  about.failure = "outage";
  const LogScope scope(about);
  std::thread([] { spdlog::error("from another thread"); }).join();
  CHECK(log.only().size() == 3);
}

TEST_CASE("the process's own secrets are in no line, in no format") {
  for (const auto format : {LogFormat::text, LogFormat::json}) {
    KeptLog log(format, {"hunter2-the-password", "adf_token"});
    spdlog::error("cannot connect to postgresql://ann:hunter2-the-password@db/ads with adf_token, access_token=EAAx1");
    const auto line = log.lines.str();
    CHECK(line.find("hunter2") == std::string::npos);
    CHECK(line.find("adf_token") == std::string::npos);
    CHECK(line.find("EAAx1") == std::string::npos);
    CHECK(line.find("[secret]") != std::string::npos);
  }
}

TEST_CASE("what is below the level is not said") {
  KeptLog log(LogFormat::text);
  log_about({}, spdlog::level::debug, "begun");
  CHECK(log.lines.str().empty());
}
