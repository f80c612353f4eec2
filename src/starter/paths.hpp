// Paths of a repository's files: '/' between parts, none at either end; the root is "". And what is
// found in their texts. Pure; any thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "starter/framework.hpp"

namespace testlooper::starter {

std::string folder_of(std::string_view path);
std::string_view file_name(std::string_view path);
std::string join(std::string_view folder, std::string_view name);
bool is_below(std::string_view path, std::string_view folder);  // at any depth

// Is the file another project's, or made by a program: node_modules, vendor, build, …?
bool is_foreign(std::string_view path);

// Of those in `folders`, the one highest (or lowest) above the path; none: "".
std::string highest_above(std::string_view path, const std::set<std::string>& folders);
std::string lowest_above(std::string_view path, const std::set<std::string>& folders);

bool has(const RepoFiles& files, const std::string& path);
std::string text_of(const RepoFiles& files, const std::string& path);  // "" where it was not read

// What the pattern's one group matches in the text: first ("" for nothing), or each time. `^` and
// `$` are a line's.
std::string first_match(std::string_view text, const std::string& pattern);
std::vector<std::string> all_matches(std::string_view text, const std::string& pattern);
bool matches(std::string_view text, const std::string& pattern);

std::string joined(const std::vector<std::string>& words, std::string_view between);

// In single quotes for a shell, where it needs them.
std::string shell_word(const std::string& word);

}  // namespace testlooper::starter
