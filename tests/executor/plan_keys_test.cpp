#include "executor/plan_keys.hpp"

#include <gtest/gtest.h>

#include "fake_tree.hpp"

namespace testlooper::executor {
namespace {

// A plan with two builds, of which `app` needs `lib`, in one environment.
struct Case {
  FakeTree tree;
  PlanGenerated generated;

  Case() {
    tree.files = {{"src/a.c", "1"}, {"lib/b.c", "2"}, {"docs/x.md", "3"}};
    Environment environment;
    environment.name = "linux";
    environment.image.name = "base";
    generated.plan.environments = {environment};
    generated.environment_images = {"named:base"};
    generated.plan.builds = {{"app", "linux", {{"lib", "/lib"}}, "make app", std::nullopt},
                             {"lib", "linux", {}, "make lib", {{"lib"}}}};
  }
  Environment& environment() { return generated.plan.environments[0]; }
  Build& app() { return generated.plan.builds[0]; }
  Build& lib() { return generated.plan.builds[1]; }
  PlanGenerated keys() {
    auto copy = generated;
    EXPECT_TRUE(add_keys({tree, "git", "sha"}, copy));
    return copy;
  }
  ArtifactKey app_key() { return keys().build_keys.at(0).artifact; }
  ArtifactKey lib_key() { return keys().build_keys.at(1).artifact; }
};

TEST(PlanKeys, TheSameThingsHaveTheSameKeys) {
  EXPECT_EQ(Case().keys().build_keys, Case().keys().build_keys);
  EXPECT_NE(Case().app_key(), Case().lib_key());
  EXPECT_TRUE(Case().app_key().starts_with("build:"));
}

TEST(PlanKeys, ABuildThatDeclaresItsInputsDependsOnNothingElse) {
  Case changed;
  const auto before = changed.lib_key();
  changed.tree.files["docs/x.md"] = "4";
  EXPECT_EQ(changed.lib_key(), before);
  EXPECT_NE(changed.app_key(), Case().app_key()) << "this one sees all files";
  changed.tree.files["lib/b.c"] = "5";
  EXPECT_NE(changed.lib_key(), before);
}

TEST(PlanKeys, WhatABuildDependsOnIsPartOfItsKey) {
  Case changed;
  changed.lib().command = "make lib2";
  EXPECT_NE(changed.app_key(), Case().app_key());
  changed = Case();
  changed.app().dependencies["lib"] = "/other";
  EXPECT_NE(changed.app_key(), Case().app_key());
}

TEST(PlanKeys, CommandVariablesImageAndSetUpArePartOfAKeyAndResourcesAreNot) {
  const auto before = Case().lib_key();
  const auto differs = [&](auto change) {
    Case changed;
    change(changed);
    return changed.lib_key() != before;
  };
  EXPECT_TRUE(differs([](Case& c) { c.lib().command = "make it"; }));
  EXPECT_TRUE(differs([](Case& c) { c.environment().variables["A"] = "b"; }));
  EXPECT_TRUE(differs([](Case& c) { c.generated.environment_images[0] = "named:other"; }));
  EXPECT_TRUE(differs([](Case& c) { c.environment().custom_setup = "install"; }));
  EXPECT_TRUE(differs([](Case& c) { c.environment().image.with_docker = true; }));
  EXPECT_TRUE(differs([](Case& c) { c.lib().inputs = std::nullopt; }));
  EXPECT_FALSE(differs([](Case& c) { c.environment().min_cores = 8; }));
  EXPECT_FALSE(differs(
      [](Case& c) { c.environment().name = c.lib().environment = c.app().environment = "l"; }));
}

TEST(PlanKeys, PartsThatReadTheSameInARowAreToldApart) {
  Case one;
  one.environment().variables = {{"A", "1\nvalue 1 2"}};
  Case two;
  two.environment().variables = {{"A", "1"}, {"value", "2"}};
  EXPECT_NE(one.lib_key(), two.lib_key());
}

TEST(PlanKeys, ASetUpLayerIsNamedByItsImageFilesScriptAndVariables) {
  Case with;
  EXPECT_EQ(with.keys().environment_set_ups.at(0), "");
  with.environment().custom_setup = "pip install -e .";
  const auto before = with.keys();
  EXPECT_TRUE(is_set_up(before.environment_set_ups.at(0)));
  EXPECT_EQ(before.build_keys[0].set_up, before.environment_set_ups[0]);
  EXPECT_NE(before.build_keys[1].set_up, before.environment_set_ups[0])
      << "its set-up sees its inputs only";
  with.tree.files["docs/x.md"] = "4";
  EXPECT_NE(with.keys().environment_set_ups, before.environment_set_ups);
  EXPECT_EQ(with.keys().build_keys[1], before.build_keys[1]);
}

TEST(PlanKeys, AnUnsupportedEnvironmentHasNoLayerAndItsBuildsKeysOfTheirOwn) {
  Case with;
  with.environment().custom_setup = "install";
  with.generated.environment_images = {""};
  with.environment().image.unsupported = "no such thing";
  EXPECT_EQ(with.keys().environment_set_ups.at(0), "");
  EXPECT_NE(with.lib_key(), Case().lib_key());
}

TEST(PlanKeys, AnInputThatIsNotThereIsAWarning) {
  Case with;
  with.lib().inputs = {{"lib", "libs"}};
  const auto warnings = with.keys().plan.warnings;
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].message, "the commit has no 'libs', which 'builds.lib.inputs' names");
}

}  // namespace
}  // namespace testlooper::executor
