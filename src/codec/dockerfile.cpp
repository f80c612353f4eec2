#include "codec/dockerfile.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "codec/checks.hpp"
#include "codec/dockerfile_args.hpp"
#include "codec/dockerfile_lines.hpp"
#include "codec/yaml.hpp"

namespace testlooper::codec {
namespace {

constexpr std::array<std::string_view, 18> kKeywords = {
    "ADD",    "ARG",   "CMD",         "COPY",  "ENTRYPOINT", "ENV",
    "EXPOSE", "FROM",  "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN",    "SHELL", "STOPSIGNAL",  "USER",  "VOLUME",     "WORKDIR"};
constexpr std::array<std::string_view, 7> kBuildKitCopyFlags = {
    "--link", "--chmod", "--parents", "--exclude", "--checksum", "--keep-git-dir", "--unpack"};

// "--from=build" for `name` "--from" is "build"; nullopt where the flag is absent.
std::optional<std::string> flag(const std::vector<std::string>& flags, std::string_view name) {
  for (const std::string_view text : flags) {
    if (text == name) return "";
    if (text.starts_with(name) && text.substr(name.size()).starts_with('=')) {
      return std::string(text.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

bool is_remote(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://") ||
         source.starts_with("ftp://");
}

bool is_git(std::string_view source) {
  const auto address = source.substr(0, source.find('#'));
  return source.starts_with("git@") || source.starts_with("git://") ||
         source.starts_with("ssh://") || (is_remote(source) && address.ends_with(".git"));
}

class Analysis {
 public:
  DockerfileFacts run(std::string_view text) {
    const auto lines = split_dockerfile(text);
    // The default front end is what a classic builder reads as well, and takes for a comment.
    if (!lines.syntax.empty() && !lines.syntax.contains("docker/dockerfile")) {
      need_buildkit(1, "another syntax than docker's: " + lines.syntax);
      cannot_tell();
    }
    for (const auto& instruction : lines.instructions) take(instruction);
    return std::move(facts_);
  }

 private:
  void need_buildkit(int line, std::string why) {
    if (!facts_.buildkit) facts_.buildkit = {line, std::move(why)};
  }
  void cannot_tell() { facts_.context_paths.reset(); }

  void take(const DockerInstruction& instruction) {
    const auto& keyword = instruction.keyword;
    if (!instruction.heredocs.empty()) need_buildkit(instruction.line, keyword + " <<");
    if (keyword == "FROM") {
      take_from(instruction);
    } else if (keyword == "ARG") {
      if (!in_stage_) args_.declare(split_words(instruction.arguments));
    } else if (keyword == "RUN") {
      take_run(instruction);
    } else if (keyword == "COPY" || keyword == "ADD") {
      take_copy(instruction);
    } else if (keyword == "ONBUILD" || std::ranges::find(kKeywords, keyword) == kKeywords.end()) {
      // The first runs when a later stage, or another Dockerfile, builds upon this one.
      cannot_tell();
    }
  }

  void take_from(const DockerInstruction& instruction) {
    in_stage_ = true;
    const auto platform = flag(instruction.flags, "--platform");
    const auto words = split_words(instruction.arguments);
    if (words.empty()) return;
    for (const auto& text : {platform.value_or(""), words[0]}) {
      if (const auto name = args_.given_by_buildkit(text); !name.empty()) {
        need_buildkit(instruction.line, "FROM with " + name);
      }
    }
    if (const auto image = args_.expand(words[0])) {
      // Images of this kind copy the context by triggers of their own.
      if (image->contains("onbuild")) cannot_tell();
      add_base(*image);
    }
    if (words.size() >= 3 && lower(words[1]) == "as") stages_.insert(lower(words[2]));
  }

  void take_run(const DockerInstruction& instruction) {
    for (const auto& text : instruction.flags) {
      const auto name = text.substr(0, text.find('='));
      if (name != "--mount" && name != "--network" && name != "--security") continue;
      need_buildkit(instruction.line, "RUN " + name);
      if (name == "--mount") take_mount(text.substr(std::min(name.size() + 1, text.size())));
    }
  }

  void take_mount(std::string_view options) {
    std::string type = "bind", from;
    while (!options.empty()) {
      const auto option = options.substr(0, options.find(','));
      options.remove_prefix(std::min(option.size() + 1, options.size()));
      if (option.starts_with("type=")) type = option.substr(5);
      if (option.starts_with("from=")) from = option.substr(5);
    }
    if (!from.empty()) {
      add_base(from);
    } else if (type != "cache" && type != "tmpfs" && type != "secret" && type != "ssh") {
      cannot_tell();
    }
  }

  void take_copy(const DockerInstruction& instruction) {
    for (const auto name : kBuildKitCopyFlags) {
      if (!flag(instruction.flags, name)) continue;
      need_buildkit(instruction.line, fmt::format("{} {}", instruction.keyword, name));
      if (name == "--parents" || name == "--exclude") cannot_tell();
    }
    if (const auto from = flag(instruction.flags, "--from")) return add_base(*from);
    const auto sources = sources_of(instruction);
    if (!sources) return cannot_tell();
    for (const auto& source : *sources) take_source(source, instruction);
  }

  // All words but the last, of the plain or the JSON form.
  static std::optional<std::vector<std::string>> sources_of(const DockerInstruction& instruction) {
    std::vector<std::string> words;
    if (instruction.arguments.starts_with('[')) {
      const auto array = parse_json(instruction.arguments, "");
      if (!array || !array->root().is_list()) return std::nullopt;
      for (const auto& item : array->root().items()) words.emplace_back(item.text());
    } else {
      words = split_words(instruction.arguments);
    }
    if (words.size() < 2) return std::nullopt;
    words.pop_back();
    return words;
  }

  void take_source(const std::string& source, const DockerInstruction& instruction) {
    if (source.starts_with("<<") && !instruction.heredocs.empty()) return;
    if (instruction.keyword == "ADD" && is_git(source)) {
      return need_buildkit(instruction.line, "ADD of a git repository");
    }
    if (instruction.keyword == "ADD" && is_remote(source)) return;
    if (source.find_first_of("*?[]<$\"'\\`") != source.npos) return cannot_tell();
    const auto path = clean_repo_path(source);
    if (path == "." || !repo_path_problem(path).empty()) return cannot_tell();
    auto& paths = facts_.context_paths;
    if (paths && seen_paths_.insert(path).second) paths->push_back(path);
  }

  // A stage's name or number is no image; nor is "scratch".
  void add_base(const std::string& image) {
    const bool number = std::ranges::all_of(image, [](char c) { return c >= '0' && c <= '9'; });
    if (number || image.contains('$') || image == "scratch" || stages_.contains(lower(image)))
      return;
    if (seen_bases_.insert(image).second) facts_.bases.push_back(image);
  }

  DockerfileFacts facts_{.buildkit = {}, .bases = {}, .context_paths = {{}}};
  DockerfileArgs args_;
  bool in_stage_ = false;  // a FROM has been there
  std::set<std::string> stages_, seen_paths_, seen_bases_;
};

}  // namespace

DockerfileFacts analyse_dockerfile(std::string_view text) { return Analysis().run(text); }

}  // namespace testlooper::codec
