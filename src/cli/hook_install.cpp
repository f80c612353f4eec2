#include "cli/hook_install.hpp"

#include <array>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/files.hpp"
#include "cli/hook_script.hpp"
#include "cli/hook_settings.hpp"
#include "codec/server_config.hpp"
#include "git/hook_site.hpp"

namespace testlooper::cli {
namespace {

namespace fs = std::filesystem;

// People commit in a working tree; nobody does in a bare repository.
std::vector<std::string> hook_names(const git::HookSite& site) {
  if (site.bare) return {"post-receive"};
  return {"post-receive", "post-commit", "post-merge", "post-rewrite"};
}

bool exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

bool is_ours(const std::string& path) {
  const auto text = read_file(path);
  return text && is_hook_script(*text);
}

std::unexpected<Error> because(const std::error_code& error, const std::string& path) {
  return unavailable(error.message(), path);
}

Result<void> install_one(const std::string& hook, const std::string& script) {
  const std::string chained = hook + std::string(kChainedSuffix);
  if (exists(hook) && !is_ours(hook)) {
    if (exists(chained)) {
      return fail(
          ErrorKind::conflict,
          fmt::format("is a hook of yours, and so is {}; keep one of them and try again", chained),
          hook);
    }
    std::error_code error;
    fs::rename(hook, chained, error);
    if (error) return because(error, hook);
  }
  return replace_file(hook, script, 0755);
}

Result<void> uninstall_one(const std::string& hook) {
  const std::string chained = hook + std::string(kChainedSuffix);
  std::error_code error;
  if (!is_ours(hook)) return {};
  if (exists(chained)) {
    fs::rename(chained, hook, error);
  } else {
    fs::remove(hook, error);
  }
  return error ? Result<void>(because(error, hook)) : Result<void>{};
}

// Those who may push may write there: a repository that a group shares has that in its folders.
Result<void> make_spool(const std::string& git_dir) {
  const fs::path spool = fs::path(git_dir) / kHookSpoolFolder;
  std::error_code error;
  fs::create_directory(spool, fs::path(git_dir) / "objects", error);
  return error ? Result<void>(because(error, spool)) : Result<void>{};
}

// The name by which the server calls the repository, unless it was given another.
Result<std::string> default_name(const git::HookSite& site) {
  const auto spec = codec::parse_repo_source(site.folder);
  if (spec) return spec->name;
  return invalid(fmt::format("{}; give it one with --repo", spec.error().message));
}

std::string where(const git::HookSite& site) {
  if (!site.redirected) return site.hooks_dir;
  return fmt::format("{} (where core.hooksPath points{})", site.hooks_dir,
                     site.shared ? "; other repositories are not announced by it" : "");
}

}  // namespace

Result<std::string> install_hooks(const HookInstall& install) {
  const auto site = git::hook_site(install.path);
  if (!site) return std::unexpected(site.error());
  const auto name = install.repo.empty() ? default_name(*site) : install.repo;
  if (!name) return std::unexpected(name.error());
  const HookSettings settings{
      .server = install.server, .repo = *name, .secret_file = install.secret_file};
  std::error_code error;
  fs::create_directories(site->hooks_dir, error);
  if (error) return because(error, site->hooks_dir);
  if (auto done = make_spool(site->git_dir); !done) return std::unexpected(done.error());
  if (auto done = save_settings(site->git_dir, settings); !done) {
    return std::unexpected(done.error());
  }
  const auto names = hook_names(*site);
  for (const std::string& hook : names) {
    const auto done = install_one(site->hooks_dir + "/" + hook, hook_script(install.program));
    if (!done) return std::unexpected(done.error());
  }
  return fmt::format("pushes to '{}' are announced to {} by {} in {}", settings.repo,
                     settings.server, fmt::join(names, ", "), where(*site));
}

Result<std::string> uninstall_hooks(const std::string& path) {
  const auto site = git::hook_site(path);
  if (!site) return std::unexpected(site.error());
  std::error_code error;
  fs::remove(fs::path(site->git_dir) / kHookSettingsFile, error);
  if (error) return because(error, site->git_dir);
  fs::remove_all(fs::path(site->git_dir) / kHookSpoolFolder, error);
  if (error) return because(error, site->git_dir);
  // Without settings the hook does nothing for this repository; others may need it there.
  if (site->shared) {
    return fmt::format("pushes are no longer announced; {} is shared, and keeps its hooks",
                       site->hooks_dir);
  }
  for (const std::string& name : hook_names(*site)) {
    const auto done = uninstall_one(site->hooks_dir + "/" + name);
    if (!done) return std::unexpected(done.error());
  }
  return fmt::format("pushes are no longer announced; {} is as it was", site->hooks_dir);
}

}  // namespace testlooper::cli
