// How much room the data folder's disk has, and the removal of what attempts left in it. Blocks.
#pragma once

#include <cstdint>
#include <filesystem>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/retention.hpp"

namespace testlooper::retention {

// For us to use, in bytes. Errors: unavailable.
Result<std::uint64_t> free_bytes(const std::filesystem::path& folder);

// Removes the files of one holding; those that are gone already are no error, so it may be called
// again. Links are removed, never followed. Errors: unavailable.
Result<void> remove_files(const std::filesystem::path& data_folder, const Holding& holding);

}  // namespace testlooper::retention
