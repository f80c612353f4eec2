// How often a sign-in failed, by the address that it came from, so that nobody can try for long.
// Pure: time is a parameter.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "testlooper/base/time.hpp"

namespace testlooper::http {

class FailedLogins {
 public:
  void add(const std::string& address, WallTime now);
  // How long this address has to wait before it may try again; 0: not at all.
  Seconds wait(const std::string& address, WallTime now);

 private:
  std::map<std::string, std::deque<WallTime>> failures_;  // of each address, in the window
};

}  // namespace testlooper::http
