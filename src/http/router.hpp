// What a method and a target ask for. Pure. The session asks the guard first, so targets are plain
// paths here.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "http/guard.hpp"

namespace testlooper::http {

enum class Endpoint {
  repos,
  add_repo,
  change_repo,
  remove_repo,
  scan_repo,
  reload,
  drain,
  resume,
  branch,
  commit,
  request_runs,
  retry_commit,
  cancel_task,
  cancel_request,
  cancel_commit,
  cancel_branch,
  match,
  clear,
  rules,
  add_rule,
  change_rule,
  remove_rule,
  flaky,
  clusters,
  cluster,
  quarantine,
  add_quarantine,
  remove_quarantine,
  import_report,
  audit,
  experiments,
  start_experiment,
  experiment,
  experiment_export,
  pause_experiment,
  continue_experiment,
  stop_experiment,
  request,
  change_request,
  task,
  test,
  compare,
  run,
  log,
  log_stream,
  run_log,
  artifacts,
  artifact,
  engine,
  status,
  retention,
  run_retention,
  events,
  openapi,
  healthz,
  readyz,
  metrics,
  badge,
  cc_xml,
  me,
  sign_in_needed,
  sign_in,
  sign_out,
  sign_in_code,
  tokens,
  create_token,
  revoke_token,
  sessions,
  end_session,
  git_updater,
  page,  // of the web; `path` says which
};

struct Route {
  Endpoint endpoint = Endpoint::page;
  std::string repo;
  std::string test;    // its number, or its name
  std::string commit;  // as it was typed: an id, the start of one, a branch
  std::string branch;
  std::string key;  // of a cluster
  std::int64_t id = 0;
  int attempt = 0;
  std::string path;  // of a page of the web, or of an artifact
  std::map<std::string, std::string> query;

  // The value of a query parameter, "" where it is absent.
  std::string parameter(const std::string& name) const;
};

// Refusals: 404, 405.
std::expected<Route, Refusal> route(std::string_view method, std::string_view target);

// GitHub's payload lists many commits, so its body may be larger than any other.
std::uint64_t most_body_bytes(Endpoint endpoint);

}  // namespace testlooper::http
