// How much room the data folder's disk has, and the removal of what attempts left in it. Blocks.
#pragma once

#include <cstdint>
#include <filesystem>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/retention.hpp"

namespace testlooper::retention {

struct DiskRoom {
  std::uint64_t free = 0;  // for us to use, in bytes
  std::uint64_t total = 0;
};
// Errors: unavailable.
Result<DiskRoom> disk_room(const std::filesystem::path& folder);

// What the database and the files beside it (its log of changes) take; what is not there takes
// nothing.
std::uint64_t database_bytes(const std::filesystem::path& database);

// Removes the files of one holding; those that are gone already are no error, so it may be called
// again. Links are removed, never followed. Errors: unavailable.
Result<void> remove_files(const std::filesystem::path& data_folder, const Holding& holding);

}  // namespace testlooper::retention
