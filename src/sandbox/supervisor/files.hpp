// Whole files, as those who make a place read and write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace testlooper::sandbox {

// Up to about `most` bytes; what can't be read is as if it were empty.
std::string read_file(const std::string& path, std::size_t most);
bool write_all(int fd, std::string_view bytes);

}  // namespace testlooper::sandbox
