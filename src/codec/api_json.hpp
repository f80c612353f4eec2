// The JSON of /api/v1: pages out, request bodies in. Names and shapes are those of
// domain/pages.hpp; src/http/openapi.json says the same for the world, and tests hold the two
// together. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/compare_page.hpp"
#include "testlooper/domain/experiment_page.hpp"
#include "testlooper/domain/orders.hpp"
#include "testlooper/domain/pages.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/test.hpp"
#include "testlooper/domain/test_page.hpp"
#include "testlooper/ports/live.hpp"

namespace testlooper::codec {

// What `testlooper status` prints.
struct ServerStatus {
  std::string version;
  Revision revision = 0;
  WallTime started_at;
  std::int64_t uptime_s = 0;
  std::string executor;  // empty where there is none
  std::string executor_error;
  std::string places{};  // as EnginePage's
  std::int64_t slots = 0;
  bool draining = false;  // no task is started
  std::int64_t repos = 0;
  std::int64_t running = 0;  // tasks
  std::int64_t waiting = 0;  // tasks
};

std::string api_json(const pages::ReposPage& page);
std::string api_json(const pages::BranchPage& page);
std::string api_json(const pages::CommitPage& page);
// CommitColumnsPage: its tests by columns.
std::string api_json_by_columns(const pages::CommitPage& page);
std::string api_json(const pages::TestPage& page);  // its runs by columns
std::string api_json(const pages::ComparePage& page);
std::string api_json(const pages::RunPage& page);
std::string api_json(const pages::TaskPage& page);
std::string api_json(const pages::EnginePage& page);
std::string api_json(const pages::ArtifactsPage& page);
std::string api_json(const pages::RetentionPage& page);
std::string api_json(const pages::RequestPage& page);
std::string api_json(const pages::MatchPage& page);
std::string api_json(const pages::RulesPage& page);
std::string api_json(const pages::AuditPage& page);
std::string api_json(const pages::ExperimentsPage& page);
std::string api_json(const pages::ExperimentPage& page);
std::string api_json(const pages::ExperimentExport& document);
std::string api_json(const ServerStatus& status);

// Data of events. The change's is ChangeEvent, with the same names as ChangeNotice.
std::string api_json(const ChangeNotice& notice);
std::string snapshot_json(Revision revision);
std::string log_json(std::string_view text);  // broken UTF-8 is replaced
std::string log_end_json(std::uint64_t bytes);

std::string error_json(std::string_view code, std::string_view message);
std::string request_accepted_json(DesiredId request);
std::string revision_accepted_json(Revision revision);
std::string retention_started_json();
std::string health_json(bool ok, std::string_view reason);

// The body of a request for runs.
struct RunRequest {
  using Only = testlooper::Only;
  std::int64_t times = 1;
  std::int64_t fail_runs = 0, flake_runs = 0, new_runs = 0;
  TestFilter filter;
  Only only = Only::all;  // of the filtered tests, those whose verdict is so now
  std::optional<Isolation> isolation;
  std::string requested_by = "api";
  Condition condition;
};
// Who cancels, "" where the body does not say. Errors: invalid.
Result<std::string> parse_cancel_request(std::string_view body);
// Errors: invalid, naming the member.
Result<RunRequest> parse_run_request(std::string_view body);
// The inverse, as clients send it.
std::string api_json(const RunRequest& request);

// Raises or lowers a request; what is absent stays.
struct WishChange {
  std::optional<std::int64_t> runs, fail_runs, flake_runs, new_runs;
  std::string requested_by = "api";
};
Result<WishChange> parse_wish_change(std::string_view body);
std::string api_json(const WishChange& change);

// Tests of a commit.
struct Selection {
  TestFilter filter;
  Only only = Only::all;
  std::string requested_by = "api";
};
Result<Selection> parse_selection(std::string_view body);
std::string api_json(const Selection& selection);

// A branch rule; what is absent is its default.
struct RuleRequest {
  BranchRule rule;
  std::optional<int> position;
  std::string requested_by = "api";
};
Result<RuleRequest> parse_rule(std::string_view body);
std::string api_json(const RuleRequest& request);

std::string order_done_json(const orders::Done& done);
// A repository that a person adds: source, and name and settings or none. Errors: invalid.
Result<RepoSpec> parse_repo_request(std::string_view body);
std::string repo_request_json(const std::string& source, const std::string& name,
                              const RepoSettings& settings);
// The settings that a person changes. Errors: invalid.
Result<RepoSettings> parse_repo_settings(std::string_view body);
std::string api_json(const RepoSettings& settings);
struct RepoAdded {
  Revision revision = 0;
  std::string repo;
  std::string hook;  // the command that has pushes to a path announced; "" for a URL
};
std::string api_json(const RepoAdded& added);
std::string api_json(const ReloadReport& report);

}  // namespace testlooper::codec
