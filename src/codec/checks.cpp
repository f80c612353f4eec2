#include "codec/checks.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "testlooper/base/limits.hpp"
#include "testlooper/ports/container_host.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kPathBytes = 4'000;
constexpr std::size_t kImageNameBytes = 512;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool has_parent_segment(std::string_view path) {
  for (const auto segment : std::views::split(path, '/')) {
    if (std::string_view(segment) == "..") return true;
  }
  return false;
}

// What holds for every path and image name.
std::string text_problem(std::string_view text, std::size_t max_bytes) {
  if (text.empty()) return "is empty";
  if (text.size() > max_bytes) return fmt::format("is longer than {} bytes", max_bytes);
  if (std::ranges::any_of(text, is_control)) return "holds a control character";
  if (text.starts_with('-')) return "begins with '-'";
  if (has_parent_segment(text)) return "leads upwards with '..'";
  return {};
}

// `path` is `folder`, or below it.
bool is_within(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool is_image_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-/:@+").contains(c);
}

}  // namespace

std::string name_problem(std::string_view name) {
  if (name.find_first_not_of(' ') == name.npos) return "is empty";
  if (name.size() > limits::kNameBytes) {
    return fmt::format("is longer than {} bytes", limits::kNameBytes);
  }
  if (std::ranges::any_of(name, is_control)) return "holds a control character";
  return {};
}

std::string repo_path_problem(std::string_view path) {
  auto problem = text_problem(path, kPathBytes);
  if (problem.empty() && path.starts_with('/')) problem = "is not relative to the repository";
  return problem;
}

std::string clean_repo_path(std::string_view path) {
  std::string clean;
  for (const auto part : std::views::split(path, '/')) {
    const std::string_view segment(part);
    if (segment.empty() || segment == ".") continue;
    if (!clean.empty()) clean += '/';
    clean += segment;
  }
  return clean.empty() ? "." : clean;
}

std::string image_name_problem(std::string_view name) {
  auto problem = text_problem(name, kImageNameBytes);
  if (!problem.empty()) return problem;
  if (!std::ranges::all_of(name, is_image_character)) {
    return "holds a character that no image's name has";
  }
  if (std::string_view("./:@_+").contains(name.front())) {
    return fmt::format("begins with '{}'", name.front());
  }
  return {};
}

std::string mount_path_problem(std::string_view path) {
  if (auto problem = text_problem(path, kPathBytes); !problem.empty()) return problem;
  const auto clean = clean_mount_path(path);
  if (clean.contains('$')) return "holds a variable; only ${REPO_ROOT} in front is replaced";
  if (clean == "/" || clean == kRepoRoot) return "would hide all files that are there";
  for (const std::string_view own : {kIoFolder, kOutputFolder}) {
    if (is_within(own, clean) || is_within(clean, own)) return "is a folder of TestLooper's own";
  }
  for (const std::string_view folder : {"/proc", "/sys", "/dev"}) {
    if (is_within(clean, folder)) return "is a folder of the system";
  }
  return {};
}

std::string clean_mount_path(std::string_view path) {
  std::string full(path);
  for (const std::string_view root : {"${REPO_ROOT}", "$REPO_ROOT"}) {
    if (!is_within(path, root)) continue;
    full = kRepoRoot + std::string(path.substr(root.size()));
    break;
  }
  if (!full.starts_with('/')) full = std::string(kRepoRoot) + "/" + full;
  const auto clean = clean_repo_path(full);
  return clean == "." ? "/" : "/" + clean;
}

std::string variable_name_problem(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.contains('=')) return "holds a '='";
  if (name.size() > limits::kNameBytes) {
    return fmt::format("is longer than {} bytes", limits::kNameBytes);
  }
  if (std::ranges::any_of(name, [](char c) { return is_control(c) || c == ' '; })) {
    return "holds a space or a control character";
  }
  return {};
}

}  // namespace testlooper::codec
