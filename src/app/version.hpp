#pragma once

namespace testlooper::app {

inline constexpr const char* kVersion = TESTLOOPER_VERSION;

}  // namespace testlooper::app
