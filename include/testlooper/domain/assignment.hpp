// What the engine hands to the executor, and what comes back. An Assignment is complete: whoever
// carries it out needs no look into the store.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/domain/config.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper {

// An artifact as a container finds it.
struct ArtifactMount {
  KeptArtifact artifact;
  std::string path;
  bool operator==(const ArtifactMount&) const = default;
};

struct Assignment {
  AttemptKey attempt;
  TaskKind kind = TaskKind::read_config;
  Repo repo;
  std::string sha;
  ImageKey image_key;                      // build_image: to make; others: to run in
  std::string product;                     // set_up, build: the key of what is to be made
  std::string image_identity;              // of `image_key`, where that is known
  std::optional<ImageSpec> image;          // build_image
  std::optional<Config> config;            // generate_plan
  std::optional<Environment> environment;  // set_up, build, list_tests, run_tests
  std::optional<Build> build;              // build
  std::optional<Suite> suite;              // list_tests, run_tests
  std::vector<ArtifactMount> mounts;       // build, list_tests, run_tests
  // set_up, build: the files that are there; absent: all of the commit.
  std::optional<std::vector<std::string>> inputs;
  std::vector<TestName> tests;  // run_tests: in this order
  bool all_tests = false;       // run_tests: TEST_INPUT stays unset
  int repeats = 1;              // run_tests: more than one: of its only test, by repeat-tests, or…
  bool series = false;          // …all of it so often, in turn, each time in a fresh place
  // run_tests: what is known of where they should run.
  std::optional<Isolation> isolation;  // the request's
  std::int64_t runs_before = 0;        // at the commit, of that of its tests which had fewest
  std::string places_differ;           // why its suite is kept out of sandboxes, one sentence
  Condition condition{};               // run_tests
  // run_tests: those of `tests` that are a part of the condition; their results count for nothing.
  std::vector<TestName> companions{};
};

// An image that a config or an environment names, with the key of its content at that commit.
struct KeyedImage {
  ImageKey key;  // empty where the spec is unsupported
  ImageSpec spec;
  bool operator==(const KeyedImage&) const = default;
};

struct ConfigRead {
  Config config;
  ImageKey image;
};
struct BuildKeys {
  ArtifactKey artifact;
  ImageKey set_up;  // the layer that it runs on; empty where its environment has no custom-setup
  bool operator==(const BuildKeys&) const = default;
};
struct PlanGenerated {
  TestPlan plan;
  std::vector<ImageKey> environment_images;   // parallel to plan.environments
  std::vector<ImageKey> environment_set_ups;  // likewise; empty where there is no custom-setup
  std::vector<BuildKeys> build_keys;          // parallel to plan.builds
};
// An image, or a set-up layer.
struct ImageBuilt {
  std::string reference;  // what docker runs it by
  // Of the images that it is made of, which tags may move: what they are at this time.
  std::string identity;
};
struct ArtifactBuilt {
  std::string volume;
  std::uint64_t bytes = 0;
};
struct TestsListed {
  std::vector<ListedTest> tests;
  std::vector<Warning> warnings;
};
struct TestsRun {
  // One for each assigned test, and those that nobody listed; of a series, those of each execution.
  std::vector<TestResult> results;
  WallTime started_at;
};

// What an attempt brought home besides its end. monostate where it brought nothing: then
// `end.outcome` is not `passed`, and `end.cause` says why.
using Product = std::variant<std::monostate, ConfigRead, PlanGenerated, ImageBuilt, ArtifactBuilt,
                             TestsListed, TestsRun>;

struct AttemptResult {
  AttemptKey attempt;
  AttemptEnd end;
  Product product;
};

}  // namespace testlooper
