#include "core/repos.hpp"

#include <algorithm>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

const RepoState* find(const std::vector<RepoState>& known, const std::string& name) {
  const auto found =
      std::ranges::find_if(known, [&](const auto& each) { return each.repo.spec.name == name; });
  return found == known.end() ? nullptr : &*found;
}

std::unexpected<Error> conflict(std::string message) {
  return fail(ErrorKind::conflict, std::move(message));
}

// Why it can't be added; "" where it can.
std::string taken_by(const RepoState& state, const RepoSpec& added) {
  const auto& name = added.name;
  switch (state.standing) {
    case RepoStanding::active:
      return "there is a repository '" + name + "' already, of " + state.repo.spec.source;
    case RepoStanding::purging:
      return "the data of the repository '" + name + "' are being deleted; add it again later";
    case RepoStanding::removed:
      break;
  }
  if (state.repo.spec.source == added.source) return {};
  return "the removed repository '" + name + "' was of " + state.repo.spec.source +
         "; purge it, or give this one another name";
}

// A repository that people may change.
Result<const RepoState*> changeable(const std::vector<RepoState>& known, const std::string& name,
                                    bool removed_too) {
  const auto* state = find(known, name);
  const bool there =
      state != nullptr && (state->standing == RepoStanding::active ||
                           (removed_too && state->standing == RepoStanding::removed));
  if (!there) return not_found("there is no repository '" + name + "'");
  if (state->standing == RepoStanding::active && state->origin == RepoOrigin::config) {
    return conflict("the server's configuration or command line names '" + name +
                    "': change it there, and reload");
  }
  return state;
}

bool differs(const RepoState& state, const ConfiguredRepo& configured) {
  return state.standing != RepoStanding::active || state.origin != RepoOrigin::config ||
         state.repo.spec != configured.spec || state.repo.git_dir != configured.git_dir;
}

void configure(const RepoState* state, const ConfiguredRepo& configured, Reconfiguration& into) {
  const auto& name = configured.spec.name;
  auto& report = into.report;
  if (state != nullptr && state->standing == RepoStanding::purging) {
    report.warnings.push_back("the data of '" + name + "' are being deleted; reload again later");
    return;
  }
  if (state != nullptr && !differs(*state, configured)) return;
  const bool active = state != nullptr && state->standing == RepoStanding::active;
  if (active && state->origin == RepoOrigin::api) {
    report.warnings.push_back("'" + name +
                              "' was added through the API; from now on it is as the " +
                              "server's configuration says");
  }
  (active ? report.changed : report.added).push_back(name);
  into.changes.push_back(
      change::RepoConfigured{configured.spec, configured.git_dir, RepoOrigin::config});
}

}  // namespace

Result<change::RepoConfigured> add_repo(const std::vector<RepoState>& known,
                                        const ConfiguredRepo& added) {
  const auto active = std::ranges::count(known, RepoStanding::active,
                                         [](const auto& each) { return each.standing; });
  if (active >= limits::kRepos) {
    return conflict("there are " + std::to_string(active) +
                    " repositories already, the most that one server tests");
  }
  if (const auto* state = find(known, added.spec.name)) {
    if (const auto why = taken_by(*state, added.spec); !why.empty()) return conflict(why);
  }
  return change::RepoConfigured{added.spec, added.git_dir, RepoOrigin::api};
}

Result<change::RepoConfigured> change_repo(const std::vector<RepoState>& known,
                                           const std::string& name, const RepoSettings& settings) {
  const auto state = changeable(known, name, false);
  if (!state) return std::unexpected(state.error());
  change::RepoConfigured changed{(*state)->repo.spec, (*state)->repo.git_dir, RepoOrigin::api};
  auto& spec = changed.spec;
  spec.config_path = settings.config_path.value_or(spec.config_path);
  spec.branch_prefix = settings.branch_prefix.value_or(spec.branch_prefix);
  spec.primary_branch = settings.primary_branch.value_or(spec.primary_branch);
  spec.scan_depth = settings.scan_depth.value_or(spec.scan_depth);
  spec.fetch_period_s = settings.fetch_period_s.value_or(spec.fetch_period_s);
  return changed;
}

Result<change::RepoRemoved> remove_repo(const std::vector<RepoState>& known,
                                        const std::string& name, bool purge) {
  const auto state = changeable(known, name, purge);
  if (!state) return std::unexpected(state.error());
  return change::RepoRemoved{(*state)->repo.id, purge};
}

Reconfiguration configure_repos(const std::vector<RepoState>& known,
                                const ConfiguredRepos& configured) {
  Reconfiguration into;
  into.report.warnings = configured.warnings;
  for (const auto& each : configured.repos) configure(find(known, each.spec.name), each, into);
  for (const auto& state : known) {
    const auto& name = state.repo.spec.name;
    const bool named = std::ranges::any_of(
        configured.repos, [&](const auto& each) { return each.spec.name == name; });
    if (named || state.origin != RepoOrigin::config || state.standing != RepoStanding::active) {
      continue;
    }
    into.report.removed.push_back(name);
    into.changes.push_back(change::RepoRemoved{state.repo.id, false});
  }
  return into;
}

}  // namespace testlooper::core
