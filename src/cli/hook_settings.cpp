#include "cli/hook_settings.hpp"

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "cli/files.hpp"

namespace testlooper::cli {
namespace {

std::string path_in(const std::string& git_dir) { return git_dir + "/" + kHookSettingsFile; }

}  // namespace

std::string settings_text(const HookSettings& settings) {
  std::string text = fmt::format("server {}\nrepo {}\n", settings.server, settings.repo);
  if (!settings.secret_file.empty()) text += fmt::format("secret-file {}\n", settings.secret_file);
  return text;
}

Result<HookSettings> parse_settings(const std::string& text) {
  HookSettings settings;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.find(' ');
    const std::string key = line.substr(0, space);
    const std::string value = space == std::string::npos ? "" : line.substr(space + 1);
    if (key == "server") settings.server = value;
    if (key == "repo") settings.repo = value;
    if (key == "secret-file") settings.secret_file = value;
  }
  if (settings.server.empty() || settings.repo.empty()) {
    return invalid("names no server or no repository; run `testlooper hook install` again");
  }
  return settings;
}

Result<HookSettings> load_settings(const std::string& git_dir) {
  const std::string path = path_in(git_dir);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return not_found("no hook of TestLooper is installed here", git_dir);
  }
  const auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  auto settings = parse_settings(*text);
  if (!settings) settings.error().context = path;
  return settings;
}

Result<void> save_settings(const std::string& git_dir, const HookSettings& settings) {
  return replace_file(path_in(git_dir), settings_text(settings), 0644);
}

}  // namespace testlooper::cli
