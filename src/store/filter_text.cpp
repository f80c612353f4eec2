#include "store/filter_text.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace testlooper::store {
namespace {

constexpr std::size_t kNamed = 3;  // beyond: only how many there are

using Names = std::optional<std::vector<std::string>>;

// "label slow* or fast*", "12 tests", "no suite".
std::string part(std::string_view word, const Names& names, std::string_view suffix) {
  const std::string noun{word};
  if (names->empty()) return "no " + noun;
  if (names->size() > kNamed) return std::to_string(names->size()) + " " + noun + "s";
  std::string text = noun + " ";
  for (const auto& name : *names) {
    if (&name != &names->front()) text += " or ";
    text.append(name).append(suffix);
  }
  return text;
}

}  // namespace

std::string describe(const TestFilter& filter) {
  std::vector<std::string> parts;
  if (filter.suites) parts.push_back(part("suite", filter.suites, ""));
  if (filter.labels) parts.push_back(part("label", filter.labels, "*"));
  if (filter.paths) parts.push_back(part("path", filter.paths, "*"));
  if (filter.regex) parts.push_back("regex " + *filter.regex);
  if (filter.tests) parts.push_back(part("test", filter.tests, ""));
  if (parts.empty()) return "all tests";
  std::string text;
  for (const auto& each : parts) text += (text.empty() ? "" : ", ") + each;
  return text;
}

}  // namespace testlooper::store
