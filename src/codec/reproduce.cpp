#include "codec/reproduce.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "codec/condition_script.hpp"
#include "codec/condition_text.hpp"
#include "codec/variables.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kShortSha = 10;
constexpr const char* kRepoFolder = "/testlooper/repo";
constexpr const char* kInputFile = "/testlooper/io/input.txt";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:=,@%+").contains(c);
}

// A mark that none of the lines is.
std::string mark_for(const std::string& text, std::string mark) {
  while (text.find(mark) != text.npos) mark += '_';
  return mark;
}

std::string file_from(const std::string& path, const std::string& content, const char* name) {
  const auto mark = mark_for(content, name);
  const bool ends = !content.empty() && content.back() == '\n';
  return "cat >" + path + " <<'" + mark + "'\n" + content + (ends ? "" : "\n") + mark + "\n";
}

std::string limits_of(const Condition& condition) {
  std::string text;
  if (condition.cpus > 0) text += fmt::format(" --cpus {}", condition.cpus);
  if (condition.memory_mb > 0) {
    text += fmt::format(" --memory {0}m --memory-swap {0}m", condition.memory_mb);
  }
  if (condition.no_network) text += " --network none";
  return text;
}

std::string variables_of(const Reproduction& wanted) {
  auto wished = wanted.variables;
  for (const auto& [name, value] : wanted.condition.variables) wished[name] = value;
  auto all = expand_variables(wished, {{"REPO_ROOT", kRepoFolder}});
  all["REPO_ROOT"] = kRepoFolder;
  all["TEST_OUTPUT"] = "/testlooper/io/report";
  all["TEST_ARTIFACTS"] = "/testlooper/io/artifacts";
  if (!wanted.input.empty()) all["TEST_INPUT"] = kInputFile;
  std::string text;
  for (const auto& [name, value] : all) text += " -e " + shell_word(name + "=" + value);
  return text;
}

// What the container's shell reads.
std::string script_of(const Reproduction& wanted) {
  std::string script = "mkdir -p /testlooper/io/artifacts\n";
  if (!wanted.input.empty()) {
    std::string lines;
    for (const auto& id : wanted.input) lines += id + "\n";
    script += file_from(kInputFile, lines, "TL_INPUT");
  }
  script += file_from(kCommandPath, wanted.command, "TL_COMMAND");
  script += "(\n" + condition_script(wanted.condition) +
            ") </dev/null\ncode=$?\ncat \"$TEST_OUTPUT\"\nexit $code\n";
  return script;
}

}  // namespace

std::string shell_word(const std::string& text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string run_command(const Reproduction& wanted, std::int64_t times) {
  std::string text = "testlooper run " + shell_word(wanted.repo) + " " +
                     wanted.sha.substr(0, kShortSha) + " --test " +
                     shell_word(wanted.suite + "/" + wanted.test);
  for (const auto& word : condition_words(wanted.condition)) {
    text += " --condition " + shell_word(word);
  }
  return text + fmt::format(" --times {} --wait", times);
}

std::string docker_command(const Reproduction& wanted) {
  std::string text = "docker run --rm -i --init" + limits_of(wanted.condition);
  if (!wanted.image_has_files) text += std::string(" -v \"$PWD:") + kRepoFolder + '"';
  for (const auto& [volume, path] : wanted.mounts) {
    text += " -v " + shell_word(volume + ":" + path + ":ro");
  }
  text += std::string(" -w ") + kRepoFolder + variables_of(wanted) + " " +
          shell_word(wanted.image) + " sh -s";
  const auto script = script_of(wanted);
  const auto mark = mark_for(script, "TL_SCRIPT");
  return text + " <<'" + mark + "'\n" + script + mark + "\n";
}

}  // namespace testlooper::codec
