#include "http/log_reader.hpp"

#include "testlooper/base/limits.hpp"

namespace testlooper::http {

Result<void> LogReader::look() {
  const auto known = views_.attempt_log(attempt_);
  if (!known) return std::unexpected(known.error());
  complete_ = known->complete;
  if (file_ || known->log.path.empty()) return {};
  auto file = LogFile::open(data_dir_, known->log.path);
  if (file) {
    file_ = std::move(*file);
  } else if (complete_) {
    return std::unexpected(file.error());
  }
  return {};  // an attempt that is about to start has no file yet
}

Result<std::string> LogReader::next(bool all) {
  if (!file_) {
    if (auto looked = look(); !looked) return std::unexpected(looked.error());
    if (!file_) return std::string();
  }
  auto bytes = file_->read(offset_, limits::kHttpChunkBytes);
  if (!bytes) return bytes;
  const bool at_end = bytes->size() < limits::kHttpChunkBytes;
  if (!all || !at_end) bytes->resize(whole_characters(*bytes));
  offset_ += bytes->size();
  return bytes;
}

}  // namespace testlooper::http
