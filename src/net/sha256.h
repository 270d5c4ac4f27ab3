// SHA-256 (FIPS 180-4) of bytes that come piece by piece, as sha256sum tells it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace adfill {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  // In lower-case hex, 64 characters; nothing is added afterwards.
  [[nodiscard]] std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adfill
