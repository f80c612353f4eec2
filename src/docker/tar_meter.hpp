// Adds up what is in a tar that is too large to keep: fed as it comes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"

namespace testlooper::docker {

class TarMeter {
 public:
  // Errors: unavailable, where this is no tar.
  Result<void> feed(std::string_view bytes);
  // Of the files' content.
  std::uint64_t bytes() const { return bytes_; }
  // Files, folders, links; the first one is the folder that was asked for.
  std::uint64_t entries() const { return entries_; }

 private:
  Result<void> take_header();

  std::string header_;         // what is there of it
  std::uint64_t content_ = 0;  // bytes of the entry that are still to come, with padding
  bool in_extension_ = false;  // that content is an extended header
  std::string extension_;      // as far as it came
  std::optional<std::uint64_t> size_of_next_;
  std::uint64_t bytes_ = 0;
  std::uint64_t entries_ = 0;
};

}  // namespace testlooper::docker
