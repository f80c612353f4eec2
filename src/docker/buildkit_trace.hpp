// Reads the trace of a BuildKit build: protobuf messages (its StatusResponse) that say which steps
// began, ended or failed, and what they wrote. Pure and bounded; broken input reads as nothing.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace testlooper::docker {

class BuildkitTrace {
 public:
  // Lines for people: "#2 [1/3] FROM debian", "#2 DONE".
  std::string read(std::string_view message);

 private:
  struct Step {
    int number = 0;
    bool named = false;
    bool ended = false;
    bool in_line = false;  // what it wrote last did not end its line
  };
  Step* step(std::string_view digest);
  std::string read_vertex(std::string_view message);
  std::string read_log(std::string_view message);

  std::map<std::string, Step, std::less<>> steps_;
};

}  // namespace testlooper::docker
