#include "core/cut_text.h"

namespace adfill {

std::string cut_text(std::string text, std::size_t bytes) {
  constexpr auto ellipsis = "\xe2\x80\xa6";  // three bytes
  if (text.size() <= bytes) return text;
  std::size_t end = bytes - 3;
  // Bytes that continue a character are 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text + ellipsis;
}

}  // namespace adfill
