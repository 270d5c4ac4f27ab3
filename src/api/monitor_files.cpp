#include "api/monitor_files.h"

#include "api/entity_tag.h"

#include <array>
#include <utility>

// Made by cmake/embed_files.cmake; closed by an entry of null pointers.
extern "C" {
struct AdfillWebFile {
  const char* path;
  const unsigned char* begin;
  const unsigned char* end;
};
extern const AdfillWebFile adfill_web_files[];
}

namespace adfill {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> content_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".jpg", "image/jpeg"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".yaml", "application/yaml"},
}};

bool is_page_of_monitor(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') == std::string_view::npos && !path.starts_with("/functions/");
}

}  // namespace

std::string_view content_type_of(std::string_view path) {
  for (const auto& [ending, type] : content_types) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

MonitorFiles::MonitorFiles() {
  for (const auto* entry = adfill_web_files; entry->path != nullptr; ++entry) {
    File file;
    file.bytes = std::string_view(reinterpret_cast<const char*>(entry->begin),
                                  static_cast<std::size_t>(entry->end - entry->begin));
    file.etag = entity_tag(file.bytes);
    file.content_type = content_type_of(entry->path);
    file.immutable = std::string_view(entry->path).starts_with("/assets/");
    files_.emplace(entry->path, std::move(file));
  }
}

std::optional<HttpResponse> MonitorFiles::find(const HttpRequest& request) const {
  if (request.method != "GET") return std::nullopt;
  auto found = files_.find(request.path == "/docs" ? std::string_view("/docs.html") : std::string_view(request.path));
  if (found == files_.end() && request.path != "/docs" && is_page_of_monitor(request.path))
    found = files_.find("/index.html");
  if (found == files_.end()) return std::nullopt;
  const auto& file = found->second;
  HttpResponse response;
  response.headers.emplace_back("etag", file.etag);
  response.headers.emplace_back("cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (client_has(request, file.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("content-type", file.content_type);
  response.body = std::string(file.bytes);
  return response;
}

}  // namespace adfill
