#include "git/hook_site.hpp"

#include <filesystem>
#include <string_view>

#include "git/library.hpp"

namespace testlooper::git {
namespace {

namespace fs = std::filesystem;

std::string without_slash(std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

void follow_hooks_path(git_repository* repo, HookSite& site) {
  git_config* raw = nullptr;
  if (git_repository_config(&raw, repo) != 0) return;
  const ConfigFile config(raw);
  git_config_entry* raw_entry = nullptr;
  if (git_config_get_entry(&raw_entry, config.get(), "core.hooksPath") != 0) return;
  const ConfigEntry entry(raw_entry);
  git_buf expanded = GIT_BUF_INIT;  // git_config_get_path resolves "~/"
  if (git_config_get_path(&expanded, config.get(), "core.hooksPath") != 0) return;
  // git takes a relative one from where it runs hooks.
  site.hooks_dir = without_slash((fs::path(site.folder) / expanded.ptr).lexically_normal());
  git_buf_dispose(&expanded);
  site.redirected = true;
  site.shared = entry->level < GIT_CONFIG_LEVEL_LOCAL;
}

}  // namespace

Result<HookSite> hook_site(const std::string& path) {
  const auto repo = open_source(path);
  if (!repo) return std::unexpected(repo.error());
  HookSite site;
  site.git_dir = without_slash(git_repository_commondir(repo->get()));
  const char* workdir = git_repository_workdir(repo->get());
  site.bare = workdir == nullptr;
  site.folder = site.bare ? site.git_dir : without_slash(workdir);
  site.hooks_dir = site.git_dir + "/hooks";
  follow_hooks_path(repo->get(), site);
  return site;
}

}  // namespace testlooper::git
