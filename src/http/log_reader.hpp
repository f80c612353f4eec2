// Reads the log of one attempt piece by piece while it is written. Calls block for the store and
// the disk: they belong on a pool thread, one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "testlooper/ports/views.hpp"

#include "http/log_file.hpp"

namespace testlooper::http {

class LogReader {
 public:
  LogReader(Views& views, std::string data_dir, AttemptKey attempt, std::uint64_t offset)
      : views_(views), data_dir_(std::move(data_dir)), attempt_(attempt), offset_(offset) {}

  // Asks the store where the log is and whether it is complete. Errors: not_found, unavailable.
  Result<void> look();
  bool complete() const { return complete_; }

  // The next bytes, of whole characters; empty where there are none yet. With `all`, nothing more
  // will come, so a character that was cut counts as it is.
  Result<std::string> next(bool all);
  std::uint64_t offset() const { return offset_; }  // after what next() gave
  // What lies before is known already.
  void skip_to(std::uint64_t offset) { offset_ = offset; }

 private:
  Views& views_;
  std::string data_dir_;
  AttemptKey attempt_;
  std::uint64_t offset_;
  bool complete_ = false;
  std::shared_ptr<const LogFile> file_;
};

}  // namespace testlooper::http
