// The network namespace that runs are in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

// Moves the supervisor, and so the run that it starts next, into the container's network or into
// one with a loopback alone. To make such a namespace, and to take it away, costs a quarter of
// a short run, so one that a run has left as it was made serves the next run, too.
class Network {
 public:
  // To be made in the container's network, whose settings the others get.
  Network();
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // No run may be under way.
  std::optional<Trouble> enter(bool own);

 private:
  struct Setting {
    std::string name;
    std::string value;
  };

  std::optional<Trouble> make_own();
  std::optional<Trouble> set_like_container() const;

  int container_ = -1;  // its namespace
  std::vector<Setting> settings_;
  bool own_ = false;    // the supervisor is in a namespace that it made
  std::string unused_;  // what the kernel said of that when it was new
};

}  // namespace testlooper::sandbox
