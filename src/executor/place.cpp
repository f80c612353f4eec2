#include "executor/place.hpp"

#include "testlooper/base/limits.hpp"
#include "testlooper/domain/place_rule.hpp"

namespace testlooper::executor {
namespace {

struct Wish {
  Isolation isolation;
  std::string whose;
};

Wish wish_of(const Assignment& assignment, Isolation server) {
  if (server == Isolation::container) return {server, "the server's configuration"};
  const auto& suite = assignment.suite->isolation;
  const char* whose = assignment.isolation ? "the request"
                      : suite              ? "the suite"
                                           : "the server's configuration";
  return {wished_isolation(assignment.isolation, suite, server), whose};
}

PlaceChoice suit_run(const Assignment& assignment) {
  if (!suits_sandbox(Isolation::automatic, assignment.runs_before)) {
    return {Place::container, "the first " + std::to_string(limits::kFirstRuns) +
                                  " runs of a test at a commit are in containers"};
  }
  // By the task's number, so that what the runs say has no part in it.
  if (assignment.attempt.task.value % limits::kContainerOneIn == 0) {
    return {Place::container, "one in " + std::to_string(limits::kContainerOneIn) +
                                  " reruns is in a container, to compare the two places"};
  }
  return {Place::sandbox, "its tests have had " + std::to_string(assignment.runs_before) +
                              " runs at this commit, so a quick place will do"};
}

}  // namespace

PlaceChoice choose_place(const Assignment& assignment, Isolation server) {
  const auto [isolation, whose] = wish_of(assignment, server);
  if (isolation == Isolation::container) return {Place::container, whose + " wants containers"};
  // Only somebody who asks for these very runs may know better.
  const bool insisted = assignment.isolation == Isolation::sandbox;
  if (!assignment.places_differ.empty() && !insisted) {
    return {Place::container, assignment.places_differ};
  }
  if (isolation == Isolation::sandbox) return {Place::sandbox, whose + " wants sandboxes"};
  return suit_run(assignment);
}

}  // namespace testlooper::executor
