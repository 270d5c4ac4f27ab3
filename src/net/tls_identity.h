// The certificate and key that the server shows, read from files. Both are read again when they have changed, so that a
// renewed certificate needs no restart.
#pragma once

#include "net/http_server.h"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>
#include <utility>

namespace adfill {

class TlsIdentity {
 public:
  // Throws std::runtime_error that names the file and what is wrong with it.
  explicit TlsIdentity(TlsFiles files);

  // For a new connection. Files that changed into something unreadable, or are half written, leave the last good pair
  // in use.
  [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> current();

 private:
  using Stamp = std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>;
  [[nodiscard]] Stamp stamp() const;

  TlsFiles files_;
  Stamp read_;
  std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace adfill
