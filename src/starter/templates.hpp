// The examples' .testlooper folders as they are in examples/, embedded at build time.
#pragma once

#include <span>
#include <string_view>

namespace testlooper::starter {

struct Template {
  std::string_view example;  // "pytest-minimal"
  std::string_view file;     // "plan.yaml"
  std::string_view text;
};

std::span<const Template> templates();

}  // namespace testlooper::starter
