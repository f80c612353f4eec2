// What docker says while it pulls or builds: JSON values one a line, made into lines for people.
// Pure and bounded: a line that does not end is an error, not a buffer that grows.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"

#include "docker/buildkit_trace.hpp"

namespace testlooper::docker {

class ProgressReader {
 public:
  // Lines for the log, from what came so far; pieces may be cut anywhere. Errors: unavailable where
  // it can't be understood.
  Result<std::string> feed(std::string_view bytes);
  // The last error that docker reported in the stream, which is not among the lines; empty where
  // there is none.
  const std::string& error() const { return error_; }

 private:
  std::string one_value(std::string_view line);

  std::string pending_;
  std::string error_;
  BuildkitTrace trace_;
};

}  // namespace testlooper::docker
