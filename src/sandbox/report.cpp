#include "sandbox/report.hpp"

#include <utility>

namespace testlooper::sandbox {
namespace {

std::unexpected<Error> nonsense() {
  return invalid("the report of the run's first process can't be read");
}

}  // namespace

Result<void> ReportReader::feed(std::string_view bytes) {
  decoder_.feed(bytes);
  while (const auto frame = decoder_.next()) {
    if (report_.complete) return nonsense();
    if (auto taken = take(*frame); !taken) return taken;
  }
  if (decoder_.broken()) return nonsense();
  return {};
}

Result<void> ReportReader::take(const Frame& frame) {
  switch (frame.kind) {
    case Kind::trouble:
      report_.trouble = decode_trouble(frame.payload);
      if (!report_.trouble) return nonsense();
      return {};
    case Kind::started:
      report_.started = true;
      return {};
    case Kind::artifacts:
      file_.reset();
      report_.has_artifacts = true;
      return {};
    case Kind::artifacts_gone:
      report_.artifacts_gone = true;
      return {};
    case Kind::artifacts_cut:
      report_.artifacts_cut = true;
      return {};
    case Kind::complete:
      report_.complete = true;
      return {};
    case Kind::bytes:
      return take_bytes(frame.payload);
    case Kind::exited:
    case Kind::file:
    case Kind::oversized:
      return take_number(frame);
    default:
      return nonsense();
  }
}

Result<void> ReportReader::take_number(const Frame& frame) {
  const auto number = decode_number(frame.payload);
  if (!number) return nonsense();
  if (frame.kind == Kind::exited) {
    report_.wait_status = static_cast<int>(*number);
    return {};
  }
  if (*number >= wanted_.size()) return nonsense();
  const auto index = static_cast<std::size_t>(*number);
  const auto& path = wanted_[index].path;
  if (frame.kind == Kind::oversized) {
    report_.oversized.push_back(path);
    wanted_[index].max_bytes = 0;
    return report_.oversized.size() > wanted_.size() ? Result<void>(nonsense()) : Result<void>{};
  }
  file_ = index;
  report_.outputs[path].clear();
  return {};
}

Result<void> ReportReader::take_bytes(std::string_view bytes) {
  if (file_) {
    auto& content = report_.outputs[wanted_[*file_].path];
    const auto most = wanted_[*file_].max_bytes;
    if (content.size() > most || bytes.size() > most - content.size()) return nonsense();
    content += bytes;
    return {};
  }
  if (!report_.has_artifacts || bytes.size() > artifact_bytes_) return nonsense();
  artifact_bytes_ -= bytes.size();
  return artifacts_(bytes);
}

}  // namespace testlooper::sandbox
