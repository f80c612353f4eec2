// Holds the includes of src/ against the table in docs/ARCHITECTURE.md.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace testlooper {
namespace {

namespace fs = std::filesystem;
using Layers = std::map<std::string, std::set<std::string>>;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(trimmed(part));
  return parts;
}

Layers table() {
  std::ifstream file(fs::path(TL_SOURCE_DIR) / "docs/ARCHITECTURE.md");
  Layers layers;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| layer |")) inside = true;
    if (!inside || line.starts_with("|---") || line.starts_with("| layer |")) continue;
    if (!line.starts_with("|")) break;
    const auto cells = split(line, '|');
    for (const auto& name : split(cells.at(2), ',')) {
      if (!name.empty()) layers[cells.at(1)].insert(name);
    }
    layers[cells.at(1)].insert(cells.at(1));
  }
  return layers;
}

std::vector<std::string> own_includes(const fs::path& file) {
  static const std::regex kInclude("^\\s*#include \"([a-z_]+)/[^\"]+\"");
  std::ifstream stream(file);
  std::vector<std::string> found;
  std::smatch match;
  for (std::string line; std::getline(stream, line);) {
    if (std::regex_search(line, match, kInclude)) found.push_back(match[1]);
  }
  return found;
}

bool is_source(const fs::path& path) {
  return path.extension() == ".hpp" || path.extension() == ".cpp";
}

TEST(Layers, NothingPointsBackUp) {
  const auto layers = table();
  ASSERT_GE(layers.size(), 10u) << "the table was not found";
  for (const auto& folder : fs::directory_iterator(fs::path(TL_SOURCE_DIR) / "src")) {
    if (!folder.is_directory()) continue;
    const auto layer = folder.path().filename().string();
    const auto row = layers.find(layer);
    ASSERT_NE(row, layers.end()) << layer << " is not in the table";
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!is_source(entry.path())) continue;
      for (const auto& included : own_includes(entry.path())) {
        EXPECT_TRUE(included == "testlooper" || row->second.contains(included))
            << entry.path().string() << " includes " << included << "/, which " << layer
            << " must not know";
      }
    }
  }
}

TEST(Layers, TheContractNeedsStandardHeadersOnly) {
  static const std::regex kForeign(
      "^\\s*#include (<[a-z_0-9]+/|<[a-z_0-9]+\\.h>|\"(?!testlooper/))");
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(TL_SOURCE_DIR) / "include")) {
    if (!is_source(entry.path())) continue;
    std::ifstream stream(entry.path());
    for (std::string line; std::getline(stream, line);) {
      EXPECT_FALSE(std::regex_search(line, kForeign)) << entry.path().string() << ": " << line;
    }
  }
}

}  // namespace
}  // namespace testlooper
