#include "docker/pause_image.hpp"

#include <array>

#include <openssl/sha.h>

extern "C" {
extern const char tl_pause_begin[];
extern const char tl_pause_end[];
}

__asm__(
    ".pushsection .rodata\n"
    ".globl tl_pause_begin\n"
    "tl_pause_begin:\n"
    ".incbin \"" TL_PAUSE_PROGRAM
    "\"\n"
    ".globl tl_pause_end\n"
    "tl_pause_end:\n"
    ".byte 0\n"
    ".popsection\n");

namespace testlooper::docker {

std::string_view pause_program() {
  return {tl_pause_begin, static_cast<std::size_t>(tl_pause_end - tl_pause_begin)};
}

std::string pause_image_tag() {
  static constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  const std::string_view program = pause_program();
  SHA256(reinterpret_cast<const unsigned char*>(program.data()), program.size(), digest.data());
  std::string tag = "testlooper/pause:";
  for (std::size_t i = 0; i < 8; ++i) tag += {kHex[digest[i] >> 4], kHex[digest[i] & 15]};
  return tag;
}

}  // namespace testlooper::docker
