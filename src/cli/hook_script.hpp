// The text of the git hooks that `hook install` writes. Pure.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::cli {

// A hook that was there before keeps running under its name with this at the end.
inline constexpr std::string_view kChainedSuffix = ".before-testlooper";

// One text for every hook: it looks at the name it runs by. `program` is the path of testlooper.
std::string hook_script(std::string_view program);
bool is_hook_script(std::string_view text);

}  // namespace testlooper::cli
