#include "platform/meta/meta_batch.h"

#include "core/must.h"
#include "platform/canonical_json.h"
#include "platform/json_text.h"
#include "platform/meta/meta_answer.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace adfill {
namespace {

using boost::asio::awaitable;
using simdjson::SUCCESS;

constexpr std::size_t batch_max = 50;
// Of limited access an account's score holds 60 reads: fifty at once would have to wait until it is empty.
constexpr std::size_t batch_max_limited = 10;
constexpr int failed_rounds_max = 3;              // for what was not answered, or can pass
constexpr int refused_rounds_max = 20;            // each waits as long as it was told
constexpr std::string_view aborted_code = "960";  // the batch took too long (airbytehq/airbyte PR 29994)

// How each read ended; nullopt: not yet.
using Outcomes = std::vector<std::optional<Result<std::string>>>;

// What a round of them came to.
struct Round {
  bool failed = false;   // something was not answered, or can pass
  bool refused = false;  // something has to wait for a quota
};

std::string batch_text(const std::vector<BatchRead>& reads, std::span<const std::size_t> chosen) {
  std::string text = "[";
  for (const auto index : chosen) {
    const auto& read = reads[index];
    CanonicalJson json;
    json.begin_object();
    json.key("method");
    json.string("GET");
    json.key("relative_url");
    json.string(read.path + (read.parameters.empty() ? "" : "?" + encode_query(read.parameters)));
    must(json.end_object(), "two names that differ make an object");
    text.append(text.size() > 1 ? "," : "").append(json.take());
  }
  return text + "]";
}

// Of one item of the answer: an HTTP answer of its own; nullopt for null and for what is none.
std::optional<HttpAnswer> read_part(simdjson::dom::element element) {
  simdjson::dom::object item;
  std::int64_t status = 0;
  std::string_view body;
  if (element.get_object().get(item) != SUCCESS || item["code"].get_int64().get(status) != SUCCESS ||
      item["body"].get_string().get(body) != SUCCESS || status < 100 || status > 599) {
    return std::nullopt;
  }
  HttpAnswer part{.status = static_cast<int>(status), .headers = {}, .body = std::string(body)};
  simdjson::dom::array headers;
  if (item["headers"].get_array().get(headers) != SUCCESS) return part;
  for (const auto header : headers) {
    std::string_view name;
    std::string_view value;
    if (header["name"].get_string().get(name) == SUCCESS && header["value"].get_string().get(value) == SUCCESS) {
      part.headers.emplace_back(lower_case(std::string(name)), value);
    }
  }
  return part;
}

// Takes a batch's answer for the chosen reads; what has to be asked for again stays open.
Round take_parts(const MetaCalls& calls, std::vector<std::optional<HttpAnswer>> parts,
                 std::span<const std::size_t> chosen, Outcomes& outcomes) {
  Round round;
  auto at = chosen.begin();
  for (auto& part : parts) {
    auto& outcome = outcomes[*at++];
    if (!part) {
      round.failed = true;
      continue;
    }
    auto failure = calls.judge_part(*part);
    if (!failure) {
      outcome = std::move(part->body);
    } else if (failure->kind == Failure::Kind::throttled) {
      round.refused = true;
    } else if (failure->kind == Failure::Kind::transient || failure->code == aborted_code) {
      round.failed = true;
    } else {
      outcome = std::unexpected(std::move(*failure));
    }
  }
  return round;
}

std::vector<std::size_t> open_ones(const Outcomes& outcomes, std::size_t most) {
  std::vector<std::size_t> open;
  for (std::size_t index = 0; index < outcomes.size() && open.size() < most; ++index) {
    if (!outcomes[index]) open.push_back(index);
  }
  return open;
}

}  // namespace

std::size_t largest_batch(const MetaCalls& calls) {
  const auto& scopes = calls.context().governor.scopes();
  const auto app = scopes.find(calls.scopes().app);  // whose access it is
  return app != scopes.end() && app->second.tier == "limited" ? batch_max_limited : batch_max;
}

Result<std::vector<std::optional<HttpAnswer>>> parse_batch(const std::string& body, std::size_t parts) {
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  if (const auto error = parser.parse(body).get_array().get(items)) {
    return std::unexpected(unreadable("the answer to a batch", simdjson::error_message(error), body));
  }
  if (items.size() != parts) {
    return std::unexpected(Failure(Failure::Kind::unparsable, "the answer to a batch of " + std::to_string(parts) +
                                                                  " has " + std::to_string(items.size()) + " parts"));
  }
  std::vector<std::optional<HttpAnswer>> read;
  for (const auto item : items) read.push_back(read_part(item));
  return read;
}

bool ends_batch(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::throttled:
    case Failure::Kind::outage:
    case Failure::Kind::shutdown:
      return true;
    case Failure::Kind::credentials:  // else of that object alone: it is gone, or not this token's to see
      return failure.code == "190" || failure.code.starts_with("190/");
    default:
      return false;
  }
}

namespace {

awaitable<Result<void>> read_one_by_one(const MetaCalls& calls, const std::vector<BatchRead>& reads,
                                        Outcomes& outcomes) {
  for (std::size_t index = 0; index < reads.size(); ++index) {
    if (outcomes[index]) continue;
    Query parameters = reads[index].parameters;
    auto answer = co_await calls.get(reads[index].path, std::move(parameters));
    if (answer) {
      outcomes[index] = std::move(answer->body);
    } else if (ends_batch(answer.error())) {
      co_return std::unexpected(answer.error());
    } else {
      outcomes[index] = std::unexpected(answer.error());
    }
  }
  co_return Result<void>();
}

}  // namespace

awaitable<Result<std::vector<Result<std::string>>>> read_batch(const MetaCalls& calls, std::vector<BatchRead> reads) {
  Outcomes outcomes(reads.size());
  std::size_t most = largest_batch(calls);
  int failed = 0;
  int refused = 0;
  while (failed < failed_rounds_max) {
    const auto chosen = open_ones(outcomes, most);
    if (chosen.empty()) break;
    auto answer = co_await calls.post_batch(batch_text(reads, chosen), chosen.size());
    if (!answer && ends_batch(answer.error())) co_return std::unexpected(answer.error());
    std::optional<std::vector<std::optional<HttpAnswer>>> parts;
    if (answer) {
      if (auto parsed = parse_batch(answer->body, chosen.size())) parts = std::move(*parsed);
    }
    if (!parts) {
      const auto read = co_await read_one_by_one(calls, reads, outcomes);
      if (!read) co_return std::unexpected(read.error());
      break;
    }
    const auto round = take_parts(calls, std::move(*parts), chosen, outcomes);
    if (round.refused && ++refused >= refused_rounds_max) break;
    if (!round.failed) continue;
    ++failed;
    most = std::max<std::size_t>(1, chosen.size() / 2);
  }
  std::vector<Result<std::string>> results;
  for (auto& outcome : outcomes) {
    if (outcome) {
      results.push_back(std::move(*outcome));
    } else {
      results.push_back(std::unexpected(Failure(Failure::Kind::transient, "a part of a batch was not answered")));
    }
  }
  co_return results;
}

}  // namespace adfill
