// The supervisor of sandboxes: one small static program that is part of this binary.
#pragma once

#include <string_view>

namespace testlooper::sandbox {

std::string_view supervisor_program();

}  // namespace testlooper::sandbox
