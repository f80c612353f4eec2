// A programmer's mistake ends the process, in release builds too: the reactors heal it at the next
// start, while going on with broken state would not heal.
#pragma once

#include <cstdio>
#include <cstdlib>

#define TL_CHECK(condition)                                                              \
  do {                                                                                   \
    if (!(condition)) [[unlikely]] {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
