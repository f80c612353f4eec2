#include "http/signature.hpp"

#include <array>
#include <span>

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "testlooper/base/check.hpp"

#include "digest/sha256.hpp"

namespace testlooper::http {

bool is_signed(std::string_view field, std::string_view body, const std::string& secret) {
  constexpr std::string_view kScheme = "sha256=";
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned mac_bytes = 0;
  TL_CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac.data(),
                &mac_bytes) != nullptr);
  const auto expected = std::string(kScheme) + hex(std::span(mac).first(mac_bytes));
  return field.size() == expected.size() &&
         CRYPTO_memcmp(field.data(), expected.data(), expected.size()) == 0;
}

}  // namespace testlooper::http
