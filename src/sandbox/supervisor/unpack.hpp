// Unpacks a tar as the server makes it: GNU's format; files, folders and symbolic links. Written
// here because the supervisor is in every container, a static program without exceptions: with a
// library for archives it would be several times as large.
#pragma once

#include <optional>
#include <string_view>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

// One tar, or several behind each other. Below /, with the modes and times that it says, as this
// process's user; folders that are only named in the paths of others are made. What is there gives
// way, but folders.
std::optional<Trouble> unpack(std::string_view tar);

}  // namespace testlooper::sandbox
