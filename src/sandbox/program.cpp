#include "sandbox/program.hpp"

#include <cstddef>

extern "C" {
extern const char tl_supervisor_begin[];
extern const char tl_supervisor_end[];
}

__asm__(
    ".pushsection .rodata\n"
    ".globl tl_supervisor_begin\n"
    "tl_supervisor_begin:\n"
    ".incbin \"" TL_SUPERVISOR_PROGRAM
    "\"\n"
    ".globl tl_supervisor_end\n"
    "tl_supervisor_end:\n"
    ".byte 0\n"
    ".popsection\n");

namespace testlooper::sandbox {

std::string_view supervisor_program() {
  return {tl_supervisor_begin, static_cast<std::size_t>(tl_supervisor_end - tl_supervisor_begin)};
}

}  // namespace testlooper::sandbox
