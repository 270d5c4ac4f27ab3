#include "net/tls_identity.h"

#include <stdexcept>
#include <system_error>
#include <utility>

namespace adfill {
namespace {

namespace ssl = boost::asio::ssl;

void require(const boost::system::error_code& error, const std::string& what) {
  if (error) throw std::runtime_error(what + ": " + error.message());
}

std::shared_ptr<ssl::context> read(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  require(error, "TLS");
  context->use_certificate_chain_file(files.certificate, error);
  require(error, "the certificate in " + files.certificate + " can't be used");
  // Also compares it with the certificate.
  context->use_private_key_file(files.key, ssl::context::pem, error);
  require(error, "the key in " + files.key + " can't be used");
  return context;
}

}  // namespace

TlsIdentity::TlsIdentity(TlsFiles files) : files_(std::move(files)), read_(stamp()), context_(read(files_)) {}

std::shared_ptr<ssl::context> TlsIdentity::current() {
  if (const auto now = stamp(); now != read_) {
    try {
      context_ = read(files_);
      read_ = now;
    } catch (const std::runtime_error&) {  // NOLINT(bugprone-empty-catch)
      // Tried again with the next connection: the second of the two files may be on its way.
    }
  }
  return context_;
}

TlsIdentity::Stamp TlsIdentity::stamp() const {
  std::error_code missing;
  return {std::filesystem::last_write_time(files_.certificate, missing),
          std::filesystem::last_write_time(files_.key, missing)};
}

}  // namespace adfill
