// The report of a run's first process, as the server reads it. The tested code may have written it:
// whatever it holds, reading it is bounded by what the request allows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

struct RunReport {
  std::optional<Trouble> trouble;
  bool started = false;
  std::optional<int> wait_status;              // of the command
  std::map<std::string, std::string> outputs;  // by path
  std::vector<std::string> oversized;          // paths
  bool has_artifacts = false;
  bool artifacts_gone = false;
  bool artifacts_cut = false;
  bool complete = false;
};

class ReportReader {
 public:
  // `artifacts` gets the tar of the artifacts, piece by piece, at most request.artifact_bytes.
  ReportReader(const std::vector<OutputFile>& outputs, std::uint64_t artifact_bytes,
               std::function<Result<void>(std::string_view)> artifacts)
      : wanted_(outputs), artifact_bytes_(artifact_bytes), artifacts_(std::move(artifacts)) {}

  // Errors: invalid, where it is no such report; what `artifacts` returns. After one, nothing more
  // is read.
  Result<void> feed(std::string_view bytes);
  RunReport& report() { return report_; }

 private:
  Result<void> take(const Frame& frame);
  Result<void> take_bytes(std::string_view bytes);
  Result<void> take_number(const Frame& frame);

  std::vector<OutputFile> wanted_;
  std::uint64_t artifact_bytes_;
  std::function<Result<void>(std::string_view)> artifacts_;
  FrameDecoder decoder_;
  RunReport report_;
  std::optional<std::size_t> file_;  // whose bytes come
};

}  // namespace testlooper::sandbox
