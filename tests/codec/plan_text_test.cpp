#include "codec/plan_text.hpp"

#include <gtest/gtest.h>

namespace testlooper::codec {
namespace {

// What the Python TestLooper's sample repository generates.
constexpr const char* kSample = R"(
version: 1
environments:
    # linux docker container for running our pytest unit-tests
    linux-pytest:
        image:
            docker:
                dockerfile: .testlooper/environments/Dockerfile.linux-pytest
        variables:
            PYTHONPATH: ${REPO_ROOT}
        min-ram-gb: 10
builds:
    # skip
suites:
    group_one:
        kind: unit
        environment: linux-pytest
        dependencies:
        list-tests: |
            python .testlooper/collect_pytest_tests.py -m 'group_one'
        run-tests: |
            python .testlooper/run_pytest_tests.py -m 'group_one'
        timeout: 30

    group_two:
        kind: unit
        environment: linux-pytest
        dependencies:
        list-tests: |
            python .testlooper/collect_pytest_tests.py -m 'group_two'
        run-tests: |
            python .testlooper/run_pytest_tests.py  -m 'group_two'
        timeout: 30
)";

// Line 1 is the version, 2 to 4 an environment `e`; what is given follows.
std::string plan_with(const std::string& rest) {
  return "version: 1\nenvironments:\n  e:\n    image: {docker: {image: i}}\n" + rest;
}
std::string suite_with(const std::string& members) {
  return plan_with("suites:\n  s: {environment: e, list-tests: l, run-tests: r, " + members +
                   "}\n");
}

std::string error_of(const std::string& text) {
  const auto plan = parse_plan(text, "plan");
  return plan ? "" : plan.error().text();
}

std::vector<std::string> warnings_of(const std::string& text) {
  const auto plan = parse_plan(text, "plan");
  EXPECT_TRUE(plan) << plan.error().text();
  std::vector<std::string> texts;
  for (const auto& warning : plan ? plan->warnings : std::vector<Warning>()) {
    texts.push_back(std::to_string(warning.line) + ": " + warning.message);
  }
  return texts;
}
using Texts = std::vector<std::string>;

TEST(PlanText, ReadsTheSampleRepositorysPlanUnchanged) {
  const auto plan = parse_plan(kSample, "plan");
  ASSERT_TRUE(plan) << plan.error().text();
  ASSERT_EQ(plan->environments.size(), 1u);
  const auto& environment = plan->environments[0];
  EXPECT_EQ(environment.name, "linux-pytest");
  EXPECT_EQ(environment.image.dockerfile, ".testlooper/environments/Dockerfile.linux-pytest");
  EXPECT_EQ(environment.variables, (Variables{{"PYTHONPATH", "${REPO_ROOT}"}}));
  EXPECT_EQ(environment.min_ram_gb, 10);
  EXPECT_TRUE(plan->builds.empty());
  ASSERT_EQ(plan->suites.size(), 2u);
  const auto& suite = plan->suites[1];
  EXPECT_EQ(suite.name, "group_two");
  EXPECT_EQ(suite.kind, "unit");
  EXPECT_EQ(suite.environment, "linux-pytest");
  EXPECT_EQ(suite.list_tests, "python .testlooper/collect_pytest_tests.py -m 'group_two'\n");
  EXPECT_EQ(suite.run_tests, "python .testlooper/run_pytest_tests.py  -m 'group_two'\n");
  EXPECT_EQ(suite.timeout, Seconds{30});
  EXPECT_TRUE(plan->warnings.empty());
}

TEST(PlanText, ReadsEveryKey) {
  const auto plan = parse_plan(R"(version: 1
environments:
  linux:
    image: {docker: {image: "debian:12", with-docker: true}}
    variables: {A: b}
    min-cores: 1.5
    min-ram-gb: 0.5
    custom-setup: pip install x
builds:
  lib: {environment: linux, command: make lib}
  app: {environment: linux, command: make app, dependencies: {lib: /lib-out}}
suites:
  speed:
    kind: perf
    environment: linux
    dependencies: {app: /app, lib: "${REPO_ROOT}/lib"}
    list-tests: ls
    run-tests: run
    repeat-tests: repeat
    timeout: 90
    isolation: auto
)",
                               "plan");
  ASSERT_TRUE(plan) << plan.error().text();
  TestPlan expected;
  auto& environment = expected.environments.emplace_back();
  environment.name = "linux";
  environment.image.name = "debian:12";
  environment.image.with_docker = true;
  environment.variables = {{"A", "b"}};
  environment.min_cores = 1.5;
  environment.min_ram_gb = 0.5;
  environment.custom_setup = "pip install x";
  expected.builds = {{"app", "linux", {{"lib", "/lib-out"}}, "make app", std::nullopt},
                     {"lib", "linux", {}, "make lib", std::nullopt}};
  expected.suites = {{"speed",
                      "perf",
                      "linux",
                      {{"app", "/app"}, {"lib", "/testlooper/repo/lib"}},
                      "ls",
                      "run",
                      "repeat",
                      Seconds{90},
                      Isolation::automatic}};
  EXPECT_EQ(*plan, expected);
}

TEST(PlanText, JsonIsTheSame) {
  const auto plan =
      parse_plan(R"({"version": 1, "environments": {"e": {"image": {"docker": {"image": "i"}}}},
      "builds": {}, "suites": {"s": {"environment": "e", "list-tests": "l", "run-tests": "r"}}})",
                 "plan");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->suites[0].kind, "unit");
  EXPECT_EQ(plan->suites[0].timeout, std::nullopt);
}

TEST(PlanText, EmptySectionsAreValid) {
  EXPECT_EQ(error_of(suite_with("dependencies: , timeout: ")), "");
  EXPECT_EQ(error_of("version: 1\nenvironments:\nbuilds:\nsuites:\n"), "");
  EXPECT_EQ(warnings_of("version: 1\n"), Texts{"1: the plan has no suites"});
}

TEST(PlanText, WhatIsNotThereIsAnError) {
  EXPECT_EQ(error_of(""), "plan:1: the plan is empty");
  EXPECT_EQ(error_of("suites: {}\n"), "plan:1: 'version' is missing");
  EXPECT_EQ(error_of("version: 1\nsuites: [a]\n"), "plan:2: 'suites' must be a map, and is a list");
  EXPECT_EQ(error_of(plan_with("suites:\n  s:\n")),
            "plan:6: 'suites.s' must be a map, and is empty");
  EXPECT_EQ(error_of(plan_with("suites:\n  s: {environment: e, list-tests: l}\n")),
            "plan:6: 'suites.s.run-tests' is missing");
  EXPECT_EQ(error_of(plan_with("suites:\n  s: {list-tests: l, run-tests: r}\n")),
            "plan:6: 'suites.s.environment' is missing");
  EXPECT_EQ(error_of(plan_with("builds:\n  b: {environment: e}\n")),
            "plan:6: 'builds.b.command' is missing");
}

TEST(PlanText, NamesOfOthersMustBeThere) {
  EXPECT_EQ(error_of(plan_with("suites:\n  s:\n    environment: f\n    list-tests: l\n"
                               "    run-tests: r\n")),
            "plan:7: 'suites.s.environment' names an environment that is not there: 'f'");
  EXPECT_EQ(error_of(suite_with("dependencies: {b: /b}")),
            "plan:6: 'suites.s.dependencies' names a build that is not there: 'b'");
  EXPECT_EQ(error_of(plan_with("builds:\n  b: {environment: nope, command: c}\n")),
            "plan:6: 'builds.b.environment' names an environment that is not there: 'nope'");
}

TEST(PlanText, BuildsThatNeedEachOtherAreAnErrorThatNamesTheWay) {
  const auto build = [](const std::string& name, const std::string& needs) {
    return "  " + name + ": {environment: e, command: c, dependencies: {" + needs + "}}\n";
  };
  EXPECT_EQ(error_of(plan_with("builds:\n" + build("a", "b: /b") + build("b", "c: /c") +
                               build("c", "b: /b"))),
            "plan:7: builds depend on each other in a circle: b -> c -> b");
  EXPECT_EQ(error_of(plan_with("builds:\n" + build("a", "a: /a"))),
            "plan:6: builds depend on each other in a circle: a -> a");
  EXPECT_EQ(error_of(plan_with("builds:\n" + build("a", "c: /c, b: /b") + build("b", "c: /c") +
                               build("c", ""))),
            "");
}

TEST(PlanText, ALongRowOfBuildsIsNoProblem) {
  std::string builds = "builds:\n";
  for (int i = 0; i < 5'000; ++i) {
    builds += "  b" + std::to_string(i) + ": {environment: e, command: c, dependencies: {b" +
              std::to_string(i + 1) + ": /x}}\n";
  }
  EXPECT_EQ(error_of(plan_with(builds + "  b5000: {environment: e, command: c}\n")), "");
  EXPECT_TRUE(error_of(plan_with(builds + "  b5000: {environment: e, command: c, dependencies: "
                                          "{b0: /x}}\n"))
                  .ends_with("b0 -> b1 -> b2 -> b4999 -> b5000 -> b0"));
}

TEST(PlanText, NamesAreThereOnce) {
  EXPECT_EQ(error_of(plan_with("suites:\n  s: {}\n  s: {}\n")),
            "plan:7: the key 's' is there twice; the first is on line 6");
  EXPECT_EQ(error_of(plan_with("suites:\n  \"a\\nb\": {}\n")),
            "plan:6: a name in 'suites' holds a control character: 'a b'");
}

TEST(PlanText, MountPathsAreChecked) {
  const auto with_mount = [](const std::string& mounts) {
    return plan_with(
        "builds:\n  b: {environment: e, command: c}\n  d: {environment: e, command: c, "
        "dependencies: {" +
        mounts + "}}\n");
  };
  EXPECT_EQ(error_of(with_mount("b: ../x")),
            "plan:7: 'builds.d.dependencies.b' leads upwards with '..'");
  EXPECT_EQ(error_of(with_mount("b: /x")), "");
  EXPECT_EQ(error_of(plan_with("builds:\n  d: {environment: e, command: c, dependencies: [b]}\n")),
            "plan:6: 'builds.d.dependencies' must be a map of 'build: path', and is a list");
}

TEST(PlanText, MountPathsAreBelowTheRepositoryOrAbsolute) {
  const auto mount_of = [](const std::string& text) {
    const auto plan = parse_plan(
        plan_with("builds:\n  b: {environment: e, command: c}\n  d: {environment: e, command: c, "
                  "dependencies: {b: '" +
                  text + "'}}\n"),
        "plan");
    return plan ? plan->builds[1].dependencies.at("b") : plan.error().message;
  };
  EXPECT_EQ(mount_of("/opt//lib/"), "/opt/lib");
  EXPECT_EQ(mount_of("third/lib"), "/testlooper/repo/third/lib");
  EXPECT_EQ(mount_of("${REPO_ROOT}/lib"), "/testlooper/repo/lib");
  EXPECT_EQ(mount_of("$REPO_ROOT/lib"), "/testlooper/repo/lib");
  const std::string what = "'builds.d.dependencies.b' ";
  EXPECT_EQ(mount_of("${HOME}/x"),
            what + "holds a variable; only ${REPO_ROOT} in front is replaced");
  for (const auto* all : {"/", "${REPO_ROOT}", "."}) {
    EXPECT_EQ(mount_of(all), what + "would hide all files that are there");
  }
  EXPECT_EQ(mount_of("/testlooper"), what + "is a folder of TestLooper's own");
  EXPECT_EQ(mount_of("/testlooper/output/x"), what + "is a folder of TestLooper's own");
  EXPECT_EQ(mount_of("/proc/x"), what + "is a folder of the system");
}

TEST(PlanText, OneBuildWithinAnothersPathIsAnError) {
  EXPECT_EQ(error_of(plan_with("builds:\n  a: {environment: e, command: c}\n  b: {environment: e, "
                               "command: c}\nsuites:\n  s: {environment: e, list-tests: l, "
                               "run-tests: r, dependencies: {a: /x/y, b: /x}}\n")),
            "plan:9: 'suites.s.dependencies' has a build at a path within another's: '/x/y' and "
            "'/x'");
}

TEST(PlanText, InputsOfABuildArePathsInTheRepository) {
  const auto plan_of = [](const std::string& inputs) {
    return parse_plan(
        plan_with("builds:\n  b: {environment: e, command: c, inputs: " + inputs + "}\n"), "plan");
  };
  EXPECT_EQ(plan_of("[src/, ./Makefile, src]")->builds[0].inputs,
            (std::vector<std::string>{"Makefile", "src"}));
  EXPECT_EQ(plan_of("src")->builds[0].inputs, std::vector<std::string>{"src"});
  EXPECT_EQ(plan_of("[]")->builds[0].inputs, std::vector<std::string>{});
  EXPECT_EQ(plan_of("[src, .]")->builds[0].inputs, std::nullopt) << "all files";
  EXPECT_EQ(plan_of("[../x]").error().text(),
            "plan:6: 'builds.b.inputs' leads upwards with '..': '../x'");
}

TEST(PlanText, ABuildThatNoSuiteNeedsIsAWarning) {
  const std::string builds =
      "builds:\n  a: {environment: e, command: c}\n  b: {environment: e, command: c, "
      "dependencies: {a: /a}}\n  c: {environment: e, command: c}\n";
  EXPECT_EQ(warnings_of(plan_with(builds + "suites:\n  s: {environment: e, list-tests: l, "
                                           "run-tests: r, dependencies: {b: /x}}\n")),
            Texts{"8: no suite depends on build 'c', so it is not carried out"});
}

TEST(PlanText, TwoBuildsAtOnePathAreAnError) {
  EXPECT_EQ(error_of(plan_with("builds:\n  a: {environment: e, command: c}\n  b: {environment: e, "
                               "command: c}\nsuites:\n  s: {environment: e, list-tests: l, "
                               "run-tests: r, dependencies: {a: /x, b: /x}}\n")),
            "plan:9: 'suites.s.dependencies' has two builds at one path: '/x'");
}

TEST(PlanText, TimeoutsAreSecondsAboveZero) {
  const auto timeout = [](const std::string& text) {
    const auto plan = parse_plan(suite_with("timeout: " + text), "plan");
    return plan ? plan->suites[0].timeout->count() : -1;
  };
  EXPECT_EQ(timeout("30"), 30);
  EXPECT_EQ(timeout("'30'"), 30);
  EXPECT_EQ(timeout("0.2"), 1) << "rounded up";
  EXPECT_EQ(timeout("1.5"), 2);
  EXPECT_EQ(timeout("604800"), 604800);
  EXPECT_EQ(error_of(suite_with("timeout: 0")), "plan:6: 'suites.s.timeout' must be above 0");
  for (const std::string bad : {"-1", "604801", "1e300", "nan", "inf", "1h", "[1]", "1 2"}) {
    EXPECT_EQ(timeout(bad), -1) << bad;
  }
  EXPECT_EQ(error_of(suite_with("isolation: vm")),
            "plan:6: 'suites.s.isolation' must be container, sandbox or auto, and is 'vm'");
  EXPECT_EQ(error_of(suite_with("timeout: 1h")),
            "plan:6: 'suites.s.timeout' must be a number from 0 to 604800, and is '1h'");
}

TEST(PlanText, ResourcesAreNumbersThatCanBe) {
  const auto error = [](const std::string& member) {
    return error_of("version: 1\nenvironments:\n  e: {image: {docker: {image: i}}, " + member +
                    "}\n");
  };
  EXPECT_EQ(error("min-cores: 0.5, min-ram-gb: 0.25"), "");
  EXPECT_EQ(error("min-cores: -1"),
            "plan:3: 'environments.e.min-cores' must be a number from 0 to 4096, and is '-1'");
  EXPECT_NE(error("min-ram-gb: lots"), "");
  EXPECT_NE(error("min-ram-gb: 1e9"), "");
}

TEST(PlanText, AnAmiBreaksItsEnvironmentOnly) {
  const auto plan =
      parse_plan(plan_with("  w: {image: {base_ami: ami-0123}, min-ram-gb: 10}\n"
                           "suites:\n  s: {environment: w, list-tests: l, run-tests: r}\n"),
                 "plan");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->environments[1].image.source, ImageSource::unsupported);
  EXPECT_EQ(plan->suites.size(), 1u);
}

TEST(PlanText, OddKeysAreWarnings) {
  EXPECT_EQ(warnings_of(suite_with("kind: fuzz, time-out: 3")),
            (Texts{"6: 'suites.s.kind' is neither unit nor perf: 'fuzz'",
                   "6: unknown key 'suites.s.time-out' is ignored; did you mean 'timeout'?"}));
  EXPECT_EQ(warnings_of(plan_with("suites:\n  s: {environment: e, list_tests: l, run-tests: r}\n")),
            Texts{"6: 'suites.s.list_tests' is read as 'list-tests'; please write it so"});
}

TEST(PlanText, CommonPartsCanBeShared) {
  const auto plan =
      parse_plan(plan_with("x-common: &common {environment: e, list-tests: l, run-tests: r}\n"
                           "suites:\n  a: {<<: *common, timeout: 5}\n  b: *common\n"),
                 "plan");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->suites[0].run_tests, "r");
  EXPECT_EQ(plan->suites[1].environment, "e");
  EXPECT_TRUE(plan->warnings.empty());
}

}  // namespace
}  // namespace testlooper::codec
