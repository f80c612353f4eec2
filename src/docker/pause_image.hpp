// The image of the pause containers: one small static program that is part of this binary.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::docker {

std::string_view pause_program();
// Named by its content, so that each build of the server uses its own.
std::string pause_image_tag();

}  // namespace testlooper::docker
