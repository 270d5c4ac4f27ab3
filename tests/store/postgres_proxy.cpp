#include "store/postgres_proxy.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

namespace adfill {

namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

}  // namespace

PostgresProxy::PostgresProxy(const std::filesystem::path& folder)
    : server_((folder / ".s.PGSQL.5432").string()), folder_(folder / "proxy") {
  std::filesystem::create_directory(folder_);
  listening_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un address = address_of((folder_ / ".s.PGSQL.5432").string());
  REQUIRE(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listening_, 16) == 0);
  accepting_ = std::thread([this] { accept_until_closed(); });
}

// The stores that went through it are gone by now, and with them its connections.
PostgresProxy::~PostgresProxy() {
  ::shutdown(listening_, SHUT_RDWR);
  accepting_.join();
  for (std::thread& thread : forwarding_) thread.join();
  ::close(listening_);
  std::filesystem::remove_all(folder_);
}

std::string PostgresProxy::through(const std::string& url) const {
  return url.substr(0, url.find("host=")) + "host=" + folder_.string();
}

void PostgresProxy::accept_until_closed() {
  while (true) {
    const int client = ::accept(listening_, nullptr, nullptr);
    if (client < 0) return;
    forwarding_.emplace_back([this, client] { forward(client); });
  }
}

void PostgresProxy::forward(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un address = address_of(server_);
  bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  bool swallowing = false;
  bool server_spoke = true;
  std::array<char, 65'536> bytes{};
  while (open) {
    std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(ends.data(), ends.size(), -1) < 0) break;
    for (const pollfd& end : ends) {
      if (end.revents == 0) continue;
      const ssize_t got = ::read(end.fd, bytes.data(), bytes.size());
      const std::string_view text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      if (end.fd == client && text.find("COMMIT;") != std::string_view::npos) swallowing = swallow_.exchange(false);
      if (end.fd == client && got > 0 && server_spoke) ++round_trips_;
      server_spoke = end.fd == server;
      const bool swallowed = end.fd == server && swallowing;
      open = got > 0 && !swallowed &&
             ::send(end.fd == client ? server : client, bytes.data(), text.size(), MSG_NOSIGNAL) == got;
      if (!open) break;
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace adfill
