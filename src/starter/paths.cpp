#include "starter/paths.hpp"

#include <algorithm>
#include <array>

#include <re2/re2.h>

namespace testlooper::starter {
namespace {

constexpr std::array<std::string_view, 18> kForeign = {
    "node_modules", "vendor", "third_party", "third-party", "thirdparty", "external",
    "extern",       "deps",   "_deps",       "build",       "dist",       "venv",
    ".venv",        ".tox",   "testdata",    "fixtures",    ".git",       ".testlooper"};

}  // namespace

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(path.substr(0, slash == path.npos ? 0 : slash));
}

std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string join(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

bool is_below(std::string_view path, std::string_view folder) {
  return folder.empty() ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

bool is_foreign(std::string_view path) {
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/')) {
    if (std::ranges::find(kForeign, path.substr(0, slash)) != kForeign.end()) return true;
    path.remove_prefix(slash + 1);
  }
  return false;
}

std::string highest_above(std::string_view path, const std::set<std::string>& folders) {
  if (folders.contains("")) return "";
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const std::string folder(path.substr(0, slash));
    if (folders.contains(folder)) return folder;
  }
  return "";
}

std::string lowest_above(std::string_view path, const std::set<std::string>& folders) {
  auto folder = folder_of(path);
  while (!folder.empty() && !folders.contains(folder)) folder = folder_of(folder);
  return folder;
}

bool has(const RepoFiles& files, const std::string& path) {
  return std::ranges::binary_search(files.paths, path);
}

std::string text_of(const RepoFiles& files, const std::string& path) {
  const auto found = files.texts.find(path);
  return found == files.texts.end() ? std::string() : found->second;
}

std::string first_match(std::string_view text, const std::string& pattern) {
  std::string found;
  RE2::PartialMatch(text, "(?m)" + pattern, &found);
  return found;
}

std::vector<std::string> all_matches(std::string_view text, const std::string& pattern) {
  const RE2 expression("(?m)" + pattern);
  std::vector<std::string> all;
  re2::StringPiece rest(text.data(), text.size());
  for (std::string each; RE2::FindAndConsume(&rest, expression, &each);) all.push_back(each);
  return all;
}

bool matches(std::string_view text, const std::string& pattern) {
  return RE2::PartialMatch(text, "(?m)" + pattern);
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::string shell_word(const std::string& word) {
  const auto plain = [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
           std::string_view("._/-+").contains(c);
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace testlooper::starter
