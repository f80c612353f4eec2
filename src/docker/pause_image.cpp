#include "docker/pause_image.hpp"

#include "digest/sha256.hpp"

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
  return "testlooper/pause:" + sha256_hex(pause_program()).substr(0, 16);
}

}  // namespace testlooper::docker
