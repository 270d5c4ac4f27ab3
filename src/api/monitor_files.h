// The monitor's built files, which are in the binary (cmake/embed_files.cmake).
#pragma once

#include "net/http_server.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

class MonitorFiles {
 public:
  // Reads the table of the binary and hashes each file once.
  MonitorFiles();

  // The file for a GET of that path: itself, docs.html for /docs, index.html for the monitor's own pages (paths without
  // a dot). 304 when the client has it already. nullopt when there is nothing to show.
  [[nodiscard]] std::optional<HttpResponse> find(const HttpRequest& request) const;

 private:
  struct File {
    std::string_view bytes;
    std::string etag;
    std::string_view content_type;
    bool immutable = false;  // its name holds a hash of its content
  };
  std::map<std::string, File, std::less<>> files_;
};

// text/html for ".html" and so on; application/octet-stream for what is unknown.
[[nodiscard]] std::string_view content_type_of(std::string_view path);

}  // namespace adfill
