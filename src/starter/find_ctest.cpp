#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "starter/find.hpp"
#include "starter/paths.hpp"

namespace testlooper::starter {
namespace {

constexpr const char* kPackages = "ca-certificates cmake g++ gcc git make";
constexpr const char* kOptions = "-DBUILD_TESTING=ON";
// Debian 12 has CMake 3.25.
constexpr int kOldestNewMinor = 26;

struct Known {
  std::string_view name;      // of find_package
  std::string_view packages;  // Debian's; "" for what the compiler or CMake brings
};
constexpr std::array<Known, 29> kKnown = {{
    {"GTest", "libgmock-dev libgtest-dev"},
    {"Catch2", "catch2"},
    {"doctest", "doctest-dev"},
    {"Boost", "libboost-all-dev"},
    {"benchmark", "libbenchmark-dev"},
    {"fmt", "libfmt-dev"},
    {"spdlog", "libspdlog-dev"},
    {"OpenSSL", "libssl-dev"},
    {"ZLIB", "zlib1g-dev"},
    {"BZip2", "libbz2-dev"},
    {"LibLZMA", "liblzma-dev"},
    {"zstd", "libzstd-dev"},
    {"CURL", "libcurl4-openssl-dev"},
    {"nlohmann_json", "nlohmann-json3-dev"},
    {"Eigen3", "libeigen3-dev"},
    {"Protobuf", "libprotobuf-dev protobuf-compiler"},
    {"SQLite3", "libsqlite3-dev"},
    {"absl", "libabsl-dev"},
    {"yaml-cpp", "libyaml-cpp-dev"},
    {"TBB", "libtbb-dev"},
    {"range-v3", "librange-v3-dev"},
    {"Python3", "python3-dev"},
    {"Python", "python3-dev"},
    {"PkgConfig", "pkg-config"},
    {"LibXml2", "libxml2-dev"},
    {"Threads", ""},
    {"OpenMP", ""},
    {"Git", ""},
    {"Doxygen", ""},
}};

bool is_cmake_file(const std::string& path) {
  return file_name(path) == "CMakeLists.txt" && !is_foreign(path);
}

bool has_tests(const std::string& text) {
  return matches(
      text,
      R"((?i)^[^#\n]*(enable_testing\s*\(|include\s*\(\s*CTest\s*\)|add_test\s*\(|_discover_tests\s*\())");
}

// Of all files of the project, without comments.
std::string project_text(const RepoFiles& files, const std::string& folder) {
  std::string text;
  for (const auto& path : files.paths) {
    if (is_cmake_file(path) && is_below(path, folder)) text += text_of(files, path) + "\n";
  }
  return text;
}

void name_packages(const std::string& text, Part& part) {
  std::set<std::string> packages, unknown;
  std::string all = kPackages;
  for (const auto& name : all_matches(text, R"((?i)^[^#\n]*find_package\s*\(\s*([\w+-]+))")) {
    const auto known = std::ranges::find(kKnown, name, &Known::name);
    if (known == kKnown.end()) {
      unknown.insert(name);
    } else if (!known->packages.empty()) {
      packages.insert(std::string(known->packages));
    }
  }
  if (matches(text, R"((?i)^[^#\n]*pkg_check_modules)")) packages.insert("pkg-config");
  for (const auto& each : packages) all += " " + each;
  if (all != kPackages) part.edits.push_back({"Dockerfile", kPackages, all});
  if (!unknown.empty()) {
    part.notes.push_back(fmt::format(
        "CMake looks for {}: if the build needs {}, name the Debian packages in the Dockerfile",
        joined({unknown.begin(), unknown.end()}, ", "), unknown.size() == 1 ? "it" : "them"));
  }
}

// Options that have tests built, and are off.
void turn_tests_on(const std::string& text, Part& part) {
  std::string options = kOptions;
  const auto names = all_matches(
      text,
      R"((?i)^[^#\n]*option\s*\(\s*(\w*TEST(?:S|ING)?)\s+(?:"[^"]*"\s+)?(?:OFF|\$\{\w+\})\s*\))");
  for (const auto& name : std::set<std::string>(names.begin(), names.end())) {
    if (name != "BUILD_TESTING") options += " -D" + name + "=ON";
  }
  if (options != kOptions) part.edits.push_back({"build.sh", kOptions, options});
}

void choose_image(const std::string& text, Part& part) {
  part.image = "debian:12";
  const auto minor_text =
      first_match(text, R"((?i)cmake_minimum_required\s*\(\s*VERSION\s+3\.(\d+))");
  int minor = 0;
  std::from_chars(minor_text.data(), minor_text.data() + minor_text.size(), minor);
  const bool newer =
      minor >= kOldestNewMinor || matches(text, R"((?i)cmake_minimum_required\s*\(\s*VERSION\s+4)");
  const bool standard = matches(text, R"((?i)(CXX_STANDARD\s+(23|26)|cxx_std_(23|26)))");
  if (!newer && !standard) return;
  part.image = "debian:13";
  part.image_why = newer ? "for its CMake" : "for its compiler";
}

}  // namespace

Part ctest_part(const RepoFiles& files, const std::string& folder) {
  Part part;
  part.framework = Framework::ctest;
  part.folder = folder;
  const auto text = project_text(files, folder);
  for (const auto& path : files.paths) {
    if (!is_cmake_file(path) || !is_below(path, folder) || !has_tests(text_of(files, path)))
      continue;
    part.why = path + " has tests";
    break;
  }
  choose_image(text, part);
  name_packages(text, part);
  turn_tests_on(text, part);
  return part;
}

std::vector<Part> find_ctest(const RepoFiles& files) {
  std::set<std::string> projects, roots;
  for (const auto& path : files.paths) {
    if (is_cmake_file(path)) projects.insert(folder_of(path));
  }
  for (const auto& path : files.paths) {
    if (is_cmake_file(path) && has_tests(text_of(files, path))) {
      roots.insert(highest_above(path, projects));
    }
  }
  std::vector<Part> parts;
  for (const auto& root : roots) parts.push_back(ctest_part(files, root));
  return parts;
}

}  // namespace testlooper::starter
