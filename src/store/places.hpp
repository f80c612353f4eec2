// How tests do in containers and in sandboxes, and which suites are kept out of sandboxes because
// one of their tests fails at different rates in the two.
#pragma once

#include <string>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/outcome.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

struct SandboxRun {
  RepoId repo;
  CommitId commit;
  TestId test;
  std::string suite;
  Outcome outcome = Outcome::passed;
};

// The run is in the test's roll-up already.
void add_sandbox_run(Connection& db, const SandboxRun& run);

// Why the suite is kept out of sandboxes, one sentence; empty where it is not.
std::string place_difference(Connection& db, RepoId repo, const std::string& suite);

// What was found with this test's runs at the commit rests on nothing any more.
void forget_place_difference(Connection& db, CommitId commit, TestId test);

}  // namespace testlooper::store
