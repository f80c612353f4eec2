// A task's tests as a compact blob: the differences between neighbours, zigzag, in 7-bit groups.
// A list in the order of ids takes about a byte a test. Other numbers likewise, as they are. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/ids.hpp"

namespace testlooper::store {

std::string pack_test_ids(const std::vector<TestId>& tests);
std::vector<TestId> unpack_test_ids(std::string_view bytes);

std::string pack_numbers(const std::vector<std::int64_t>& numbers);
std::vector<std::int64_t> unpack_numbers(std::string_view bytes);

}  // namespace testlooper::store
