// Identifiers: UUIDs, a type of its own for each thing, so that no function takes two look-alikes in a row.
#pragma once

#include "core/instant.h"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

class Random;

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // Version 4: nothing but chance.
  [[nodiscard]] static Uuid draw(Random& random);
  // Version 7: begins with the time, to the microsecond (RFC 9562, 5.7, and 6.2, method 3); the rest is chance. Ids
  // that are made together stand together in a database's indexes.
  [[nodiscard]] static Uuid draw(Random& random, Instant now);
  // Reads the 36-character form, either case; nullopt for anything else.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

template <class Tag>
struct Id {
  Uuid uuid;

  [[nodiscard]] static Id draw(Random& random) { return Id{Uuid::draw(random)}; }
  [[nodiscard]] static Id draw(Random& random, Instant now) { return Id{Uuid::draw(random, now)}; }
  [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
    const auto uuid = Uuid::parse(text);
    return uuid ? std::optional<Id>(Id{*uuid}) : std::nullopt;
  }
  [[nodiscard]] std::string to_string() const { return uuid.to_string(); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using AdvertiserId = Id<struct AdvertiserTag>;
using IntegrationId = Id<struct IntegrationTag>;
using JobId = Id<struct JobTag>;
using ChunkId = Id<struct ChunkTag>;
using WorkerId = Id<struct WorkerTag>;
using ScheduleId = Id<struct ScheduleTag>;
using ApiTokenId = Id<struct ApiTokenTag>;
// Given to one attempt at one chunk; without it nothing of that attempt can be committed.
using ChunkToken = Id<struct ChunkTokenTag>;

}  // namespace adfill

template <class Tag>
struct std::hash<adfill::Id<Tag>> {
  std::size_t operator()(const adfill::Id<Tag>& id) const noexcept {
    std::size_t value = 0;
    for (const auto byte : id.uuid.bytes) value = value * 131 + byte;
    return value;
  }
};
