#include "http/signature.hpp"

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "testlooper/base/check.hpp"

namespace testlooper::http {

namespace {

std::string to_hex(const std::array<unsigned char, EVP_MAX_MD_SIZE>& bytes, unsigned size) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[bytes[i] >> 4];
    hex += kDigits[bytes[i] & 15];
  }
  return hex;
}

}  // namespace

bool is_signed(std::string_view field, std::string_view body, const std::string& secret) {
  constexpr std::string_view kScheme = "sha256=";
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned mac_bytes = 0;
  TL_CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac.data(),
                &mac_bytes) != nullptr);
  const auto expected = std::string(kScheme) + to_hex(mac, mac_bytes);
  return field.size() == expected.size() &&
         CRYPTO_memcmp(field.data(), expected.data(), expected.size()) == 0;
}

std::string digest_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  TL_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) ==
           1);
  return to_hex(digest, size);
}

}  // namespace testlooper::http
