// The words of the product as values: sources, collection types, states. Their texts are the ones in SQL, JSON and the
// log.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace adfill {

enum class Source { meta, google_ads, naver };
enum class CollectionType { ads, demographics, creatives };
enum class JobMode { initial, daily, manual };
enum class JobStatus { pending, running, completed, partial, failed, cancelled };
enum class ChunkStatus { pending, processing, completed, failed };
enum class IntegrationStatus { pending, collecting, success, error, needs_auth, paused };
enum class Role { viewer, operator_, admin };  // in the order of what they may do

[[nodiscard]] std::string_view to_string(Source value);
[[nodiscard]] std::string_view to_string(CollectionType value);
[[nodiscard]] std::string_view to_string(JobMode value);
[[nodiscard]] std::string_view to_string(JobStatus value);
[[nodiscard]] std::string_view to_string(ChunkStatus value);
[[nodiscard]] std::string_view to_string(IntegrationStatus value);
[[nodiscard]] std::string_view to_string(Role value);

// The value whose text it is (parse<Source>("meta")); nullopt for any other text.
template <class Enum>
[[nodiscard]] std::optional<Enum> parse(std::string_view text);
template <>
std::optional<Source> parse<Source>(std::string_view text);
template <>
std::optional<CollectionType> parse<CollectionType>(std::string_view text);
template <>
std::optional<JobMode> parse<JobMode>(std::string_view text);
template <>
std::optional<JobStatus> parse<JobStatus>(std::string_view text);
template <>
std::optional<ChunkStatus> parse<ChunkStatus>(std::string_view text);
template <>
std::optional<IntegrationStatus> parse<IntegrationStatus>(std::string_view text);
template <>
std::optional<Role> parse<Role>(std::string_view text);

// pending and running are not final, all else is.
[[nodiscard]] constexpr bool is_final(JobStatus status) {
  return status != JobStatus::pending && status != JobStatus::running;
}

// A place in the order of jobs and snapshots, drawn from one database sequence; later requests carry higher numbers.
struct Asked {
  std::int64_t number = 0;
  friend constexpr auto operator<=>(const Asked&, const Asked&) = default;
};

}  // namespace adfill
