#include "api/entity_tag.h"

#include <cstdint>

namespace adfill {

namespace {

// FNV-1a: tells one answer from another; nothing about it has to be secure.
std::uint64_t content_hash(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

std::string hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += digits[(number >> shift) & 0xFU];
  return text;
}

}  // namespace

std::string entity_tag(std::string_view bytes) {
  return "\"" + hex(content_hash(bytes)) + "\"";
}

bool client_has(const HttpRequest& request, const std::string& etag) {
  const auto header = find_header(request.headers, "if-none-match");
  return header && (*header == "*" || header->find(etag) != std::string_view::npos);
}

}  // namespace adfill
