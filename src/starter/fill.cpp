#include "starter/fill.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "codec/utf8.hpp"
#include "starter/paths.hpp"
#include "starter/templates.hpp"

namespace testlooper::starter {
namespace {

constexpr std::string_view kFolder = ".testlooper/";
constexpr std::string_view kImageLine = "        dockerfile: .testlooper/Dockerfile";

// The names that an example's plan and config have.
struct Example {
  std::string_view folder;
  std::string_view environment;
  std::string_view image;
};

const Example& example_of(Framework framework) {
  static constexpr std::array<Example, kFrameworks.size()> kExamples = {{
      {"pytest-minimal", "python", "python:3.12-slim"},
      {"ctest-minimal", "cpp", "debian:12"},
      {"go-minimal", "go", "golang:1.22"},
      {"jest-minimal", "jest", "node:22"},
      {"vitest-minimal", "vitest", "node:22"},
      {"any-program", "any", "debian:12"},
  }};
  return kExamples[static_cast<std::size_t>(framework)];
}

void replace_first(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  TL_CHECK(at != text.npos);
  text.replace(at, from.size(), to);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Where a part's own files are, and what is added to its names.
struct Place {
  std::string below;   // "pytest/" where there are several parts
  std::string suffix;  // "-backend" where there are several of its framework
};

std::string slug(const std::string& folder) {
  std::string text;
  for (const char c : folder) {
    const bool plain =
        ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
    text += plain ? c : '-';
  }
  return text.empty() ? "root" : text;
}

// A command of the plan, for a part in a folder and files at a place.
std::string command_for(const Part& part, const Place& place, std::string command) {
  replace_all(command, kFolder, std::string(kFolder) + place.below);
  if (part.folder.empty()) return command;
  replace_all(command, kFolder, "\"$REPO_ROOT\"/" + std::string(kFolder));
  return "cd " + shell_word(part.folder) + " && " + command;
}

std::string environment_additions(const Part& part, const Place& place) {
  std::string added;
  if (!part.variables.empty()) added += "    variables:\n";
  for (const auto& [name, value] : part.variables) {
    added += fmt::format("      {}: {}\n", name, yaml_value(value));
  }
  if (!part.set_up.empty()) {
    added += "    # Once for the files of a commit; each run starts from what it leaves.\n";
    added += "    custom-setup: " + yaml_value(command_for(part, place, part.set_up)) + "\n";
  }
  return added;
}

// The two sections of a plan, without their headings.
struct Sections {
  std::string environments, suites;
};

// A line of a plan: its names with the suffix, its commands for the part's folder.
std::string plan_line(const Part& part, const Place& place, const std::string& line) {
  constexpr std::array<std::string_view, 4> kCommands = {
      "    list-tests: ", "    run-tests: ", "    repeat-tests: ", "    custom-setup: "};
  const auto environment = example_of(part.framework).environment;
  if (line == fmt::format("  {}:", environment) ||
      line == fmt::format("  {}:", framework_name(part.framework))) {
    return line.substr(0, line.size() - 1) + place.suffix + ":\n";
  }
  if (line == fmt::format("    environment: {}", environment)) return line + place.suffix + "\n";
  for (const auto key : kCommands) {
    if (!line.starts_with(key)) continue;
    return std::string(key) + yaml_value(command_for(part, place, line.substr(key.size()))) + "\n";
  }
  return line + "\n";
}

Sections plan_of(const Part& part, const Place& place, const std::string& text) {
  Sections sections;
  std::string* section = nullptr;
  for (const auto& line : lines_of(text)) {
    if (line == "environments:") {
      section = &sections.environments;
    } else if (line == "suites:") {
      section = &sections.suites;
    } else if (line == kImageLine) {
      sections.environments +=
          fmt::format("        dockerfile: {}{}Dockerfile\n", kFolder, place.below) +
          environment_additions(part, place);
    } else if (section != nullptr) {
      *section += plan_line(part, place, line);
    }
  }
  return sections;
}

// A folder's name may be longer than a project's.
std::string fitting_name(const std::string& name) {
  auto text = codec::valid_utf8(name);
  auto end = std::min(text.size(), limits::kNameBytes);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  text.resize(end);
  return text.empty() ? "project" : text;
}

std::string config_of(const Project& project, const Part& first, const Place& place,
                      std::string text) {
  const auto& example = example_of(first.framework);
  auto name = fmt::format("name: {}\n", yaml_value(fitting_name(project.name)));
  if (!project.primary_branch.empty()) {
    name += fmt::format("primary-branch: {}\n", yaml_value(project.primary_branch));
  }
  replace_first(text, fmt::format("name: {}\n", example.folder), name);
  replace_first(text, "dockerfile: .testlooper/Dockerfile",
                fmt::format("dockerfile: {}{}Dockerfile", kFolder, place.below));
  return text;
}

std::vector<Place> places_of(const std::vector<Part>& parts) {
  const auto suites = suite_names(parts);
  std::vector<Place> places;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Place place;
    if (parts.size() > 1) place.below = suites[i] + "/";
    place.suffix = suites[i].substr(framework_name(parts[i].framework).size());
    places.push_back(std::move(place));
  }
  return places;
}

std::string own_file(const Part& part, const Place& place, const Template& each) {
  std::string text(each.text);
  if (each.file == "Dockerfile") {
    // First, for edits may follow the line.
    const auto from = fmt::format("FROM {}\n", example_of(part.framework).image);
    for (const auto& edit : part.edits) {
      if (edit.file == each.file) replace_first(text, edit.from, edit.to);
    }
    replace_first(text, from, fmt::format("FROM {}\n", part.image));
    return text;
  }
  for (const auto& edit : part.edits) {
    if (edit.file == each.file) replace_first(text, edit.from, edit.to);
  }
  replace_all(text, kFolder, std::string(kFolder) + place.below);
  return text;
}

}  // namespace

std::string yaml_value(std::string_view given) {
  std::string text;
  for (const char c : codec::valid_utf8(given)) {
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  constexpr std::string_view kMarks = ":#{}[],&*!|>'\"%@`-?~=<.+0123456789";
  constexpr std::array<std::string_view, 7> kWords = {"null", "true", "false", "yes",
                                                      "no",   "on",   "off"};
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return 'A' <= c && c <= 'Z' ? c + 32 : c; });
  const bool risky = std::ranges::find(kWords, lower) != kWords.end() || text.empty() ||
                     kMarks.contains(text.front()) || text.front() == ' ' || text.back() == ' ' ||
                     text.back() == ':' || text.contains(": ") || text.contains(" #");
  if (!risky) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::vector<std::string> suite_names(const std::vector<Part>& parts) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const auto& part : parts) {
    std::string name(framework_name(part.framework));
    if (std::ranges::count(parts, part.framework, &Part::framework) > 1)
      name += "-" + slug(part.folder);
    for (int more = 2; taken.contains(name); ++more) name += fmt::format("-{}", more);
    taken.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<StarterFile> fill(const Project& project, const std::vector<Part>& parts) {
  TL_CHECK(!parts.empty());
  const auto places = places_of(parts);
  std::vector<StarterFile> files;
  Sections plan;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const auto& each : templates()) {
      if (each.example != example_of(parts[i].framework).folder) continue;
      if (each.file == "config.yaml") {
        if (i > 0) continue;
        files.push_back({std::string(kFolder) + "config.yaml",
                         config_of(project, parts[i], places[i], std::string(each.text))});
      } else if (each.file == "plan.yaml") {
        const auto sections = plan_of(parts[i], places[i], std::string(each.text));
        plan.environments += sections.environments;
        plan.suites += sections.suites;
      } else {
        files.push_back({std::string(kFolder) + places[i].below + std::string(each.file),
                         own_file(parts[i], places[i], each)});
      }
    }
  }
  files.push_back({std::string(kFolder) + "plan.yaml",
                   "version: 1\nenvironments:\n" + plan.environments + "suites:\n" + plan.suites});
  std::ranges::sort(files, {}, &StarterFile::path);
  return files;
}

}  // namespace testlooper::starter
