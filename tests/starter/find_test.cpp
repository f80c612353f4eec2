// What is recognised in a repository, by its paths and a few texts.
#include "starter/find.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "starter/paths.hpp"

namespace testlooper::starter {
namespace {

// Files with their texts, as they would be read.
RepoFiles repo(const std::map<std::string, std::string>& all) {
  RepoFiles files;
  for (const auto& [path, text] : all) files.paths.push_back(path);
  for (const auto& path : files_to_read(files.paths)) files.texts[path] = all.at(path);
  return files;
}

std::vector<Part> found(const std::map<std::string, std::string>& all,
                        std::optional<Framework> only = std::nullopt) {
  return find(repo(all), only);
}

// "pytest", "jest in web"
std::vector<std::string> names(const std::vector<Part>& parts) {
  std::vector<std::string> all;
  for (const auto& part : parts) {
    all.push_back(std::string(framework_name(part.framework)) +
                  (part.folder.empty() ? "" : " in " + part.folder));
  }
  return all;
}

Part only_part(const std::map<std::string, std::string>& all) {
  auto parts = found(all);
  EXPECT_EQ(parts.size(), 1u);
  return parts.empty() ? Part{} : parts.front();
}

// What the edits make of one file's line.
std::string edited(const Part& part, const std::string& file) {
  std::string all;
  for (const auto& edit : part.edits) {
    if (edit.file == file) all += edit.to;
  }
  return all;
}

using Names = std::vector<std::string>;

TEST(Find, EachFrameworkByItsMarkers) {
  EXPECT_EQ(names(found({{"tests/test_a.py", ""}})), Names{"pytest"});
  EXPECT_EQ(names(found({{"pytest.ini", "[pytest]\n"}, {"checks/a.py", ""}})), Names{"pytest"});
  EXPECT_EQ(names(found({{"CMakeLists.txt", "include(CTest)\n"}})), Names{"ctest"});
  EXPECT_EQ(names(found({{"CMakeLists.txt", ""}, {"t/CMakeLists.txt", "gtest_discover_tests(a)"}})),
            Names{"ctest"});
  EXPECT_EQ(names(found({{"go.mod", "module m\n"}, {"a/a_test.go", ""}})), Names{"go"});
  EXPECT_EQ(names(found({{"package.json", R"({"devDependencies": {"jest": "1"}})"}})),
            Names{"jest"});
  EXPECT_EQ(names(found({{"package.json", "{}"}, {"vitest.config.ts", ""}})), Names{"vitest"});
}

TEST(Find, WhatHasNoTestsIsNotRecognised) {
  EXPECT_TRUE(found({}).empty());
  EXPECT_TRUE(found({{"README.md", ""}, {"main.py", ""}}).empty());
  EXPECT_TRUE(found({{"CMakeLists.txt", "# enable_testing()\nadd_executable(a a.cpp)\n"}}).empty());
  EXPECT_TRUE(found({{"go.mod", "module m\n"}, {"main.go", ""}}).empty());
  EXPECT_TRUE(found({{"a_test.go", ""}}).empty()) << "no module";
  EXPECT_TRUE(found({{"package.json", "not JSON"}}).empty());
  EXPECT_TRUE(found({{"package.json", R"({"devDependencies": ["jest"], "scripts": 1})"}}).empty());
}

TEST(Find, TestsOfOthersDoNotCount) {
  EXPECT_TRUE(found({{"node_modules/a/package.json", R"({"jest": {}})"},
                     {"vendor/b/go.mod", ""},
                     {"vendor/b/b_test.go", ""},
                     {"third_party/c/CMakeLists.txt", "enable_testing()"},
                     {"venv/lib/test_d.py", ""}})
                  .empty());
}

TEST(Find, SeveralFrameworksEachInItsFolder) {
  const std::map<std::string, std::string> all = {
      {"CMakeLists.txt", "enable_testing()"},
      {"bindings/pyproject.toml", "[project]\n"},
      {"bindings/tests/test_a.py", ""},
      {"web/package.json",
       R"({"scripts": {"test": "vitest run"}, "devDependencies": {"jest": "1"}})"},
      {"tools/go.mod", "module tools\n"},
      {"tools/x/x_test.go", ""},
  };
  EXPECT_EQ(names(found(all)),
            (Names{"pytest in bindings", "ctest", "go in tools", "vitest in web"}));
  EXPECT_EQ(names(found(all, Framework::go)), Names{"go in tools"});
}

TEST(Find, OneProjectIsOnePart) {
  EXPECT_EQ(names(found({{"CMakeLists.txt", "enable_testing()"},
                         {"tests/CMakeLists.txt", "add_test(NAME a COMMAND a)"}})),
            Names{"ctest"});
  EXPECT_EQ(names(found({{"setup.py", ""}, {"plugin/setup.py", ""}, {"plugin/test_a.py", ""}})),
            Names{"pytest"});
  EXPECT_EQ(
      names(found({{"package.json", R"({"jest": {}})"}, {"p/a/package.json", R"({"jest": {}})"}})),
      Names{"jest"});
  EXPECT_EQ(
      names(found({{"go.mod", ""}, {"a_test.go", ""}, {"b/go.mod", ""}, {"b/b_test.go", ""}})),
      (Names{"go", "go in b"}))
      << "a module ends where another begins";
}

TEST(Find, PythonIsTheOneThatTheProjectWants) {
  const auto image = [](const std::string& wants) {
    return only_part({{"pyproject.toml", "[project]\nrequires-python = \"" + wants + "\"\n"},
                      {"test_a.py", ""}})
        .image;
  };
  EXPECT_EQ(image(">=3.9"), "python:3.12-slim");
  EXPECT_EQ(image(">=3.13"), "python:3.13-slim");
  EXPECT_EQ(image(">=3.8,<3.12"), "python:3.11-slim");
  EXPECT_EQ(image("<=3.10"), "python:3.10-slim");
  EXPECT_EQ(image("~=3.11.2"), "python:3.11-slim");
  EXPECT_EQ(image("==3.10.*"), "python:3.10-slim");
  EXPECT_EQ(image("nonsense"), "python:3.12-slim");
  const auto pinned = only_part({{".python-version", "3.11.4\n"}, {"test_a.py", ""}});
  EXPECT_EQ(pinned.image, "python:3.11-slim");
  EXPECT_EQ(pinned.image_why, ".python-version says so");
}

TEST(Find, PythonIsOfTheTimeThatAProjectWasTestedLast) {
  const auto image = [](const std::string& requires_python, const std::string& newest) {
    return only_part({{"setup.py", "setup(python_requires='" + requires_python +
                                       "', classifiers=["
                                       "'Programming Language :: Python :: 3.6',"
                                       "'Programming Language :: Python :: " +
                                       newest + "'])"},
                      {"test_a.py", ""}})
        .image;
  };
  EXPECT_EQ(image("", "3.9"), "python:3.9-slim");
  EXPECT_EQ(image(">=3.6", "3.10"), "python:3.10-slim");
  EXPECT_EQ(image(">=3.11", "3.10"), "python:3.11-slim");
  EXPECT_EQ(image("", "3.14"), "python:3.12-slim");
  EXPECT_EQ(image("", "3.7"), "python:3.8-slim") << "there are no packages for older ones";
  EXPECT_EQ(image("==3.11.*", "3.9"), "python:3.11-slim");
}

TEST(Find, RequirementsAreInstalledInTheImage) {
  const auto part = only_part({{"requirements.txt", "flask\n"},
                               {"requirements-dev.txt", "-r requirements.txt\npytest\n"},
                               {"constraints.txt", ""},
                               {"requirements/docs.txt", "sphinx\n"},
                               {"tests/test_a.py", ""}});
  EXPECT_EQ(edited(part, "Dockerfile"),
            "COPY constraints.txt requirements-dev.txt requirements.txt /tmp/project/\n"
            "COPY requirements/docs.txt /tmp/project/requirements/\n"
            "RUN cd /tmp/project && python3 -m pip install --no-cache-dir -r requirements-dev.txt "
            "-r requirements.txt\n"
            "RUN python3 -c 'import pytest'");
  EXPECT_EQ(part.set_up, "");
}

TEST(Find, RequirementsThatNameTheProjectAreInstalledByTheSetUp) {
  const auto part = only_part({{"requirements.txt", "flask\n-e .[test]\n"}, {"test_a.py", ""}});
  EXPECT_TRUE(part.edits.empty());
  EXPECT_EQ(part.set_up, "python3 -m pip install --no-cache-dir -r requirements.txt");
}

TEST(Find, AProjectIsInstalledWithWhatItsTestsNeed) {
  const auto part =
      only_part({{"pyproject.toml",
                  "[build-system]\nrequires = [\"setuptools_scm\"]\n[project]\nname = \"a\"\n"
                  "[project.optional-dependencies]\ndocs = []\ntest = [\"x\"]\n"
                  "[tool.pytest.ini_options]\naddopts = \"--cov=a\"\n"},
                 {"src/a/__init__.py", ""},
                 {"tests/test_a.py", ""}});
  EXPECT_EQ(part.set_up, "python3 -m pip install --no-cache-dir -e '.[test]'");
  EXPECT_EQ(part.variables.at("SETUPTOOLS_SCM_PRETEND_VERSION"), "0.0.0");
  EXPECT_FALSE(part.variables.contains("PYTHONPATH"));
  EXPECT_TRUE(edited(part, "Dockerfile").contains("pip install --no-cache-dir pytest-cov\n"));
}

TEST(Find, AnImageThatSomebodyNamesMustHavePipWhereItInstalls) {
  const auto notes = [](const std::map<std::string, std::string>& files) {
    auto part = only_part(files);
    use_image(part, "ours:1");
    EXPECT_EQ(part.image, "ours:1");
    return part.notes;
  };
  EXPECT_EQ(notes({{"test_a.py", ""}}), std::vector<std::string>{});
  EXPECT_EQ(notes({{"test_a.py", ""}, {"requirements.txt", "six\n"}}),
            std::vector<std::string>{"pip must be in ours:1 (Debian: the package python3-pip)"});
  EXPECT_EQ(notes({{"test_a.py", ""}, {"setup.py", "setup()\n"}}).size(), 1u);
}

TEST(Find, AProjectThatIsNotInstalledHasSrcOnItsPath) {
  const auto part =
      only_part({{"back/requirements.txt", ""}, {"back/src/a.py", ""}, {"back/test_a.py", ""}});
  EXPECT_EQ(part.variables.at("PYTHONPATH"), "${REPO_ROOT}/back/src");
}

TEST(Find, ALockFileOfUvIsInstalledInTheImage) {
  const auto part =
      only_part({{"pyproject.toml", "[project]\n"}, {"uv.lock", ""}, {"test_a.py", ""}});
  EXPECT_TRUE(edited(part, "Dockerfile").contains("COPY pyproject.toml uv.lock /tmp/project/\n"));
  EXPECT_EQ(part.set_up, "");
}

TEST(Find, CMakesPackagesAreNamedAndUnknownOnesTold) {
  const auto part =
      only_part({{"CMakeLists.txt",
                  "find_package(GTest REQUIRED)\nfind_package(Threads)\n# find_package(Qt6)\n"
                  "find_package(Sprockets)\noption(S_BUILD_TESTS \"Build them\" OFF)\n"
                  "option(S_TESTS_FAST \"\" OFF)\nenable_testing()\n"}});
  EXPECT_EQ(edited(part, "Dockerfile"),
            "ca-certificates cmake g++ gcc git make libgmock-dev libgtest-dev");
  EXPECT_EQ(edited(part, "build.sh"), "-DBUILD_TESTING=ON -DS_BUILD_TESTS=ON");
  ASSERT_EQ(part.notes.size(), 1u);
  EXPECT_TRUE(part.notes[0].contains("Sprockets"));
  EXPECT_FALSE(part.notes[0].contains("Qt6"));
}

TEST(Find, ANewCMakeWantsANewDebian) {
  const auto image = [](const std::string& version) {
    return only_part({{"CMakeLists.txt",
                       "cmake_minimum_required(VERSION " + version + ")\nenable_testing()"}})
        .image;
  };
  EXPECT_EQ(image("3.5"), "debian:12");
  EXPECT_EQ(image("3.25"), "debian:12");
  EXPECT_EQ(image("3.28"), "debian:13");
  EXPECT_EQ(image("4.0"), "debian:13");
}

TEST(Find, GoIsTheModules) {
  const auto part =
      only_part({{"go.mod", "module m\n\ngo 1.21.3\n"}, {"go.sum", ""}, {"a_test.go", ""}});
  EXPECT_EQ(part.image, "golang:1.21");
  EXPECT_TRUE(edited(part, "Dockerfile").contains("COPY go.mod go.sum /tmp/module/\n"));
  const auto local = only_part(
      {{"go.mod", "module m\ngo 1.21\nreplace a => ./a\n"}, {"go.sum", ""}, {"a_test.go", ""}});
  EXPECT_TRUE(local.edits.empty());
}

TEST(Find, NodeIsTheOneThatThePackageWants) {
  const auto image = [](const std::string& wants) {
    return only_part({{"package.json", R"({"jest": {}, "engines": {"node": ")" + wants + "\"}}"}})
        .image;
  };
  EXPECT_EQ(image(">=18"), "node:22");
  EXPECT_EQ(image(">=23"), "node:24");
  EXPECT_EQ(image("^20.1.0"), "node:20");
  EXPECT_EQ(image("18.x || 20.x"), "node:20");
  EXPECT_EQ(image(">=18 <21"), "node:20");
  EXPECT_EQ(image("*"), "node:22");
  EXPECT_EQ(only_part({{"package.json", R"({"jest": {}})"}, {".nvmrc", "v18.1\n"}}).image,
            "node:18");
}

TEST(Find, PackagesAreInstalledFromTheLockFile) {
  const auto npm =
      only_part({{"package.json", R"({"jest": {}})"}, {"package-lock.json", ""}, {".npmrc", ""}});
  EXPECT_TRUE(
      edited(npm, "Dockerfile").starts_with("COPY package.json package-lock.json .npmrc /deps/\n"));
  EXPECT_TRUE(edited(npm, "Dockerfile").contains("&& npm ci\n"));
  const auto pnpm = only_part({{"package.json", R"({"jest": {}})"}, {"pnpm-lock.yaml", ""}});
  EXPECT_TRUE(edited(pnpm, "Dockerfile").contains("pnpm install --frozen-lockfile"));
}

TEST(Find, WorkspacesAreInstalledByTheSetUp) {
  const auto part = only_part({{"package.json", R"({"workspaces": ["web"]})"},
                               {"package-lock.json", ""},
                               {"web/package.json", R"({"devDependencies": {"vitest": "3"}})"}});
  EXPECT_EQ(part.folder, "web");
  EXPECT_EQ(part.set_up, "cd \"$REPO_ROOT/\" && npm ci");
  ASSERT_EQ(part.edits.size(), 1u);
  EXPECT_EQ(part.edits[0].to, "");
}

TEST(Find, JestIsToldOfModules) {
  const auto module = only_part({{"package.json", R"({"type": "module", "jest": {}})"}});
  EXPECT_EQ(module.variables.at("NODE_OPTIONS"), "--experimental-vm-modules");
  const auto babel =
      only_part({{"package.json", R"({"type": "module", "jest": {}, "babel": {}})"}});
  EXPECT_TRUE(babel.variables.empty());
}

TEST(Find, WhatIsAskedForIsWrittenWithoutASign) {
  for (const auto framework : kFrameworks) {
    const auto part = assumed(repo({}), framework);
    EXPECT_EQ(part.framework, framework);
    EXPECT_EQ(part.folder, "");
    EXPECT_FALSE(part.image.empty());
  }
}

TEST(Find, TextsOfAnySizeAndShapeAreTaken) {
  const std::string lines(20'000, '\n'), words(50'000, 'x'), brackets(5'000, '[');
  for (const auto& text : {lines, words, brackets, std::string("\xff\0\x80", 3)}) {
    EXPECT_EQ(found({{"pyproject.toml", text},
                     {"setup.py", text},
                     {"test_a.py", ""},
                     {"CMakeLists.txt", text + "\nenable_testing()"},
                     {"go.mod", text},
                     {"a_test.go", ""},
                     {"package.json", text},
                     {"vitest.config.ts", ""}})
                  .size(),
              4u);
  }
}

}  // namespace
}  // namespace testlooper::starter
