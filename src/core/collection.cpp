#include "core/collection.h"

#include "core/must.h"

#include <array>

namespace adfill {

namespace {

// The texts of each kind of word, in the order of its values.
constexpr std::array<std::string_view, 3> sources{"meta", "google_ads", "naver"};
constexpr std::array<std::string_view, 3> collection_types{"ads", "demographics", "creatives"};
constexpr std::array<std::string_view, 3> job_modes{"initial", "daily", "manual"};
constexpr std::array<std::string_view, 6> job_statuses{"pending", "running", "completed",
                                                       "partial", "failed",  "cancelled"};
constexpr std::array<std::string_view, 4> chunk_statuses{"pending", "processing", "completed", "failed"};
constexpr std::array<std::string_view, 6> integration_statuses{"pending", "collecting", "success",
                                                               "error",   "needs_auth", "paused"};
constexpr std::array<std::string_view, 3> roles{"viewer", "operator", "admin"};

template <class Enum, std::size_t count>
std::string_view text_of(const std::array<std::string_view, count>& texts, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  must(index < count, "every value has a text");
  return texts[index];
}

template <class Enum, std::size_t count>
std::optional<Enum> value_of(const std::array<std::string_view, count>& texts, std::string_view text) {
  for (std::size_t index = 0; index < count; ++index) {
    if (texts[index] == text) return static_cast<Enum>(index);
  }
  return std::nullopt;
}

static_assert(sources.size() == static_cast<std::size_t>(Source::naver) + 1);
static_assert(collection_types.size() == static_cast<std::size_t>(CollectionType::creatives) + 1);
static_assert(job_modes.size() == static_cast<std::size_t>(JobMode::manual) + 1);
static_assert(job_statuses.size() == static_cast<std::size_t>(JobStatus::cancelled) + 1);
static_assert(chunk_statuses.size() == static_cast<std::size_t>(ChunkStatus::failed) + 1);
static_assert(integration_statuses.size() == static_cast<std::size_t>(IntegrationStatus::paused) + 1);
static_assert(roles.size() == static_cast<std::size_t>(Role::admin) + 1);

}  // namespace

std::string_view to_string(Source value) {
  return text_of(sources, value);
}
std::string_view to_string(CollectionType value) {
  return text_of(collection_types, value);
}
std::string_view to_string(JobMode value) {
  return text_of(job_modes, value);
}
std::string_view to_string(JobStatus value) {
  return text_of(job_statuses, value);
}
std::string_view to_string(ChunkStatus value) {
  return text_of(chunk_statuses, value);
}
std::string_view to_string(IntegrationStatus value) {
  return text_of(integration_statuses, value);
}
std::string_view to_string(Role value) {
  return text_of(roles, value);
}

template <>
std::optional<Source> parse<Source>(std::string_view text) {
  return value_of<Source>(sources, text);
}
template <>
std::optional<CollectionType> parse<CollectionType>(std::string_view text) {
  return value_of<CollectionType>(collection_types, text);
}
template <>
std::optional<JobMode> parse<JobMode>(std::string_view text) {
  return value_of<JobMode>(job_modes, text);
}
template <>
std::optional<JobStatus> parse<JobStatus>(std::string_view text) {
  return value_of<JobStatus>(job_statuses, text);
}
template <>
std::optional<ChunkStatus> parse<ChunkStatus>(std::string_view text) {
  return value_of<ChunkStatus>(chunk_statuses, text);
}
template <>
std::optional<IntegrationStatus> parse<IntegrationStatus>(std::string_view text) {
  return value_of<IntegrationStatus>(integration_statuses, text);
}
template <>
std::optional<Role> parse<Role>(std::string_view text) {
  return value_of<Role>(roles, text);
}

}  // namespace adfill
