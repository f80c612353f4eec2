#include "http/access.hpp"

#include <algorithm>
#include <array>

namespace testlooper::http {
namespace {

struct Rule {
  Endpoint endpoint;
  Access access;
};

constexpr std::array kRules{
    Rule{Endpoint::page, Access::open},
    Rule{Endpoint::healthz, Access::open},
    Rule{Endpoint::readyz, Access::open},
    Rule{Endpoint::sign_in_needed, Access::open},
    Rule{Endpoint::sign_in, Access::open},
    Rule{Endpoint::git_updater, Access::signature},

    Rule{Endpoint::repos, Access::viewer},
    Rule{Endpoint::branch, Access::viewer},
    Rule{Endpoint::commit, Access::viewer},
    Rule{Endpoint::match, Access::viewer},
    Rule{Endpoint::rules, Access::viewer},
    Rule{Endpoint::flaky, Access::viewer},
    Rule{Endpoint::clusters, Access::viewer},
    Rule{Endpoint::cluster, Access::viewer},
    Rule{Endpoint::quarantine, Access::viewer},
    Rule{Endpoint::audit, Access::viewer},
    Rule{Endpoint::experiments, Access::viewer},
    Rule{Endpoint::experiment, Access::viewer},
    Rule{Endpoint::experiment_export, Access::viewer},
    Rule{Endpoint::request, Access::viewer},
    Rule{Endpoint::task, Access::viewer},
    Rule{Endpoint::test, Access::viewer},
    Rule{Endpoint::compare, Access::viewer},
    Rule{Endpoint::run, Access::viewer},
    Rule{Endpoint::log, Access::viewer},
    Rule{Endpoint::log_stream, Access::viewer},
    Rule{Endpoint::run_log, Access::viewer},
    Rule{Endpoint::artifacts, Access::viewer},
    Rule{Endpoint::artifact, Access::viewer},
    Rule{Endpoint::engine, Access::viewer},
    Rule{Endpoint::status, Access::viewer},
    Rule{Endpoint::metrics, Access::viewer},
    Rule{Endpoint::badge, Access::viewer},
    Rule{Endpoint::cc_xml, Access::viewer},
    Rule{Endpoint::retention, Access::viewer},
    Rule{Endpoint::events, Access::viewer},
    Rule{Endpoint::openapi, Access::viewer},
    Rule{Endpoint::me, Access::viewer},
    Rule{Endpoint::sign_out, Access::viewer},
    Rule{Endpoint::sign_in_code, Access::viewer},
    Rule{Endpoint::sessions, Access::viewer},     // one's own; an admin sees all
    Rule{Endpoint::end_session, Access::viewer},  // likewise

    Rule{Endpoint::request_runs, Access::runner},
    Rule{Endpoint::retry_commit, Access::runner},
    Rule{Endpoint::cancel_task, Access::runner},
    Rule{Endpoint::cancel_request, Access::runner},
    Rule{Endpoint::cancel_commit, Access::runner},
    Rule{Endpoint::cancel_branch, Access::runner},
    Rule{Endpoint::clear, Access::runner},
    Rule{Endpoint::change_request, Access::runner},
    Rule{Endpoint::import_report, Access::runner},
    Rule{Endpoint::start_experiment, Access::runner},
    Rule{Endpoint::pause_experiment, Access::runner},
    Rule{Endpoint::continue_experiment, Access::runner},
    Rule{Endpoint::stop_experiment, Access::runner},
    Rule{Endpoint::add_quarantine, Access::runner},
    Rule{Endpoint::remove_quarantine, Access::runner},
    Rule{Endpoint::scan_repo, Access::runner},

    Rule{Endpoint::add_repo, Access::admin},
    Rule{Endpoint::change_repo, Access::admin},
    Rule{Endpoint::remove_repo, Access::admin},
    Rule{Endpoint::add_rule, Access::admin},
    Rule{Endpoint::change_rule, Access::admin},
    Rule{Endpoint::remove_rule, Access::admin},
    Rule{Endpoint::reload, Access::admin},
    Rule{Endpoint::drain, Access::admin},
    Rule{Endpoint::resume, Access::admin},
    Rule{Endpoint::run_retention, Access::admin},
    Rule{Endpoint::tokens, Access::admin},
    Rule{Endpoint::create_token, Access::admin},
    Rule{Endpoint::revoke_token, Access::admin},
};

}  // namespace

std::optional<Access> named_access(Endpoint endpoint) {
  const auto found = std::ranges::find(kRules, endpoint, &Rule::endpoint);
  return found == kRules.end() ? std::nullopt : std::optional{found->access};
}

Access access_of(Endpoint endpoint, bool public_badges) {
  if (endpoint == Endpoint::badge && public_badges) return Access::open;
  return named_access(endpoint).value_or(Access::admin);
}

std::optional<Role> needed_role(Access access) {
  switch (access) {
    case Access::viewer:
      return Role::viewer;
    case Access::runner:
      return Role::runner;
    case Access::admin:
      return Role::admin;
    default:
      return std::nullopt;
  }
}

std::optional<Refusal> check_role(Role needed, Role has, std::string_view name) {
  if (has >= needed) return std::nullopt;
  const std::string role(role_name(needed));
  return Refusal{403, "forbidden",
                 "this needs the role " + role + ", and " + std::string(name) + " is a " +
                     std::string(role_name(has)) + ": ask an admin for a token with that role"};
}

}  // namespace testlooper::http
