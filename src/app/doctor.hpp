// `testlooper doctor`: tells what this machine and its docker offer to runs of tests, and what to
// do where something is missing. It looks itself, whether a server runs or not
// (docs/decisions/0022-doctor.md).
#pragma once

#include <string>

namespace testlooper::app {

struct DoctorRequest {
  std::string docker_socket = {};  // empty: DOCKER_HOST's, or docker's usual one
  bool json = false;
};

// Prints what it finds. Returns the exit code: 0 tests can run here, 1 something that is needed is
// missing, 2 it could not be found out.
int doctor(const DoctorRequest& request);

}  // namespace testlooper::app
