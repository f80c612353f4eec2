#include "http/secrets.hpp"

#include <array>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "digest/sha256.hpp"

namespace testlooper::http {
std::string new_secret() {
  std::array<unsigned char, limits::kSecretBytes> bytes{};
  TL_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return hex(bytes);
}

std::string new_token() { return "tl_" + new_secret(); }

std::string hash_of(std::string_view secret) { return sha256_hex(secret); }

bool same_hash(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace testlooper::http
