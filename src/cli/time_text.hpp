// Times as commands print them: UTC.
#pragma once

#include <array>
#include <ctime>
#include <string>

#include "testlooper/base/time.hpp"

namespace testlooper::cli {

inline std::string time_text(WallTime time) {
  const std::time_t seconds = time.ms / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &utc);
  return text.data();
}

}  // namespace testlooper::cli
