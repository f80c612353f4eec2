#include "docker/digest.hpp"

#include <array>

#include <openssl/sha.h>

namespace testlooper::docker {

std::string short_digest(std::string_view text, std::size_t digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (const unsigned char byte : digest) hex += {kHex[byte >> 4], kHex[byte & 15]};
  return hex.substr(0, digits);
}

}  // namespace testlooper::docker
