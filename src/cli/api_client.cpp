#include "cli/api_client.hpp"

#include "testlooper/base/limits.hpp"

#include "cli/api_answers.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {

// As the bodies of requests have it, with an id and a text for people.
static void take(const Answer& answer, pages::RuleSummary& summary) {
  auto body = answer.json;
  body.erase("id");
  body.erase("filter_text");
  auto request = codec::parse_rule(body.dump());
  if (!request) throw Json::other_error::create(501, request.error().text(), &answer.json);
  summary.rule = std::move(request->rule);
  summary.rule.id.value = answer.json.at("id");
  summary.filter_text = answer.json.at("filter_text");
}

TL_ANSWER(orders::Done, revision, id, tests)
TL_ANSWER(pages::Counts, passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed,
          infra)
TL_ANSWER(pages::TaskRun, id, suite, path, name, outcome, duration_us)
TL_ANSWER(pages::DesiredSummary, id, filter, runs, wanted, done, in_flight, given_up)
TL_ANSWER(pages::RequestPage, repo, sha, desired, finished, error, counts, in_sandboxes,
          place_reason, failures)
TL_ANSWER(pages::TestCalled, test, path, name)
TL_ANSWER(pages::TestCommit, sha, subject, verdict, runs, failures, named)
TL_ANSWER(pages::TestPage, branch, test, suite, path, name, names, commits)
TL_ANSWER(pages::ComparedCommit, sha, subject, parents, listed)
TL_ANSWER(pages::ComparedTest, suite, path, name, change, continues, was, was_path, was_name, base,
          head)
TL_ANSWER(pages::ChangeTotal, change, tests)
TL_ANSWER(pages::ComparePage, base, head, totals, tests, warning)
TL_ANSWER(codec::ServerStatus, version, revision, uptime_s, executor, executor_error, places, slots,
          draining, repos, running, waiting)
TL_ANSWER(WaitsFor, text)
TL_ANSWER(pages::TaskSummary, id, kind, repo, sha, suite, tests, started_at, starts_at, waits_for)
TL_ANSWER(pages::EnginePage, executor_error, slots, answered_at, draining, waiting_total, running,
          waiting)
TL_ANSWER(pages::RetentionUse, repo, kind, days, max_count, max_mb, count, bytes, going,
          going_bytes)
TL_ANSWER(pages::RetentionItem, repo, kind, what, bytes, since, why)
TL_ANSWER(pages::RetentionRun, at, removed, bytes, error)
TL_ANSWER(pages::RetentionPage, period_s, disk_free_bytes, disk_total_bytes, disk_reserve_bytes,
          store_bytes, paused, error, uses, going, last_run)
TL_ANSWER(pages::RepoSummary, name, source, origin, state, error, branches)
TL_ANSWER(pages::RemovedRepo, name, source, purging)
TL_ANSWER(pages::ReposPage, repos, removed)
TL_ANSWER(codec::RepoAdded, revision, repo, hook)
TL_ANSWER(ReloadReport, added, changed, removed, warnings)
TL_ANSWER(pages::MatchedTest, test, suite, path, name)
TL_ANSWER(pages::MatchPage, listed, matching, tests)
TL_ANSWER(pages::AuditLine, id, at, who, action, repo, subject, detail)
TL_ANSWER(pages::AuditPage, entries, more)

namespace {

constexpr Seconds kSilence{3 * limits::kHttpHeartbeatSeconds};

std::string repo_path(const std::string& repo) {
  return "/api/v1/repos/" + net::percent_encoded(repo);
}
std::string commit_path(const std::string& repo, const std::string& commit) {
  return repo_path(repo) + "/commits/" + net::percent_encoded(commit);
}
std::string rule_path(const std::string& repo, RuleId rule) {
  return repo_path(repo) + "/rules/" + std::to_string(rule.value);
}

}  // namespace

Result<orders::Done> ApiClient::change_request(DesiredId id,
                                               const codec::WishChange& change) const {
  return read<orders::Done>(
      http_.send("PATCH", "/api/v1/requests/" + std::to_string(id.value), codec::api_json(change)));
}

Result<std::vector<pages::RuleSummary>> ApiClient::rules(const std::string& repo) const {
  return read<std::vector<pages::RuleSummary>>(http_.get(repo_path(repo) + "/rules"), "rules");
}

Result<orders::Done> ApiClient::add_rule(const std::string& repo,
                                         const codec::RuleRequest& rule) const {
  return read<orders::Done>(http_.post(repo_path(repo) + "/rules", codec::api_json(rule)));
}

Result<orders::Done> ApiClient::change_rule(const std::string& repo,
                                            const codec::RuleRequest& rule) const {
  return read<orders::Done>(
      http_.send("PUT", rule_path(repo, rule.rule.id), codec::api_json(rule)));
}

Result<orders::Done> ApiClient::remove_rule(const std::string& repo, RuleId rule) const {
  return read<orders::Done>(
      http_.send("DELETE", rule_path(repo, rule), R"({"requested_by":"cli"})"));
}

Result<orders::Done> ApiClient::clear(const std::string& repo, const std::string& commit,
                                      const codec::Selection& selection) const {
  return read<orders::Done>(
      http_.post(commit_path(repo, commit) + "/clear", codec::api_json(selection)));
}

Result<pages::MatchPage> ApiClient::match(const std::string& repo, const std::string& commit,
                                          const codec::Selection& selection) const {
  return read<pages::MatchPage>(
      http_.post(commit_path(repo, commit) + "/match", codec::api_json(selection)));
}

Result<pages::AuditPage> ApiClient::audit(const AuditQuery& query) const {
  auto path = "/api/v1/audit?limit=" + std::to_string(query.limit);
  if (query.before) path += "&before=" + std::to_string(query.before->value);
  if (!query.who.empty()) path += "&who=" + net::percent_encoded(query.who);
  if (!query.action.empty()) path += "&action=" + net::percent_encoded(query.action);
  return read<pages::AuditPage>(http_.get(path));
}

Result<DesiredId> ApiClient::request_runs(const std::string& repo, const std::string& commit,
                                          const codec::RunRequest& request) const {
  return read<DesiredId>(http_.post(commit_path(repo, commit) + "/runs", codec::api_json(request)),
                         "request");
}

Result<pages::RequestPage> ApiClient::request(DesiredId id) const {
  return read<pages::RequestPage>(http_.get("/api/v1/requests/" + std::to_string(id.value)));
}

Result<pages::TestPage> ApiClient::test(const std::string& repo, const std::string& test,
                                        const std::string& branch, int limit) const {
  auto path = "/api/v1/repos/" + net::percent_encoded(repo) + "/tests/" +
              net::percent_encoded(test) + "?limit=" + std::to_string(limit);
  if (!branch.empty()) path += "&branch=" + net::percent_encoded(branch);
  return read<pages::TestPage>(http_.get(path));
}

Result<pages::ComparePage> ApiClient::compare(const std::string& repo, const std::string& head,
                                              const std::string& base) const {
  auto path =
      "/api/v1/repos/" + net::percent_encoded(repo) + "/compare?head=" + net::percent_encoded(head);
  if (!base.empty()) path += "&base=" + net::percent_encoded(base);
  return read<pages::ComparePage>(http_.get(path));
}

Result<Revision> ApiClient::cancel(const std::string& path) const {
  return read<Revision>(http_.post("/api/v1/" + path + "/cancel", R"({"requested_by": "cli"})"),
                        "revision");
}

Result<void> ApiClient::drain(bool draining) const {
  return done(
      http_.post(draining ? "/api/v1/drain" : "/api/v1/resume", R"({"requested_by": "cli"})"));
}

Result<codec::ServerStatus> ApiClient::status() const {
  return read<codec::ServerStatus>(http_.get("/api/v1/status"));
}

Result<pages::EnginePage> ApiClient::engine(const std::string& repo, std::size_t limit) const {
  auto path = "/api/v1/engine?limit=" + std::to_string(limit);
  if (!repo.empty()) path += "&repo=" + net::percent_encoded(repo);
  return read<pages::EnginePage>(http_.get(path));
}

Result<pages::RetentionPage> ApiClient::retention() const {
  return read<pages::RetentionPage>(http_.get("/api/v1/retention"));
}

Result<void> ApiClient::run_retention() const {
  return done(http_.post("/api/v1/retention/run", "{}"));
}

Result<pages::ReposPage> ApiClient::repos() const {
  return read<pages::ReposPage>(http_.get("/api/v1/repos"));
}

Result<codec::RepoAdded> ApiClient::add_repo(const std::string& source, const std::string& name,
                                             const RepoSettings& settings) const {
  return read<codec::RepoAdded>(
      http_.post("/api/v1/repos", codec::repo_request_json(source, name, settings)));
}

Result<void> ApiClient::change_repo(const std::string& repo, const RepoSettings& settings) const {
  return done(http_.send("PATCH", repo_path(repo), codec::api_json(settings)));
}

Result<void> ApiClient::remove_repo(const std::string& repo, bool purge) const {
  return done(http_.send("DELETE", repo_path(repo) + (purge ? "?purge=1" : ""), "{}"));
}

Result<void> ApiClient::scan_repo(const std::string& repo) const {
  return done(http_.post(repo_path(repo) + "/scan", "{}"));
}

Result<ReloadReport> ApiClient::reload() const {
  return read<ReloadReport>(http_.post("/api/v1/reload", "{}"));
}

Result<std::string> ApiClient::answer(const std::string& method, const std::string& target,
                                      const std::string& json) const {
  auto reply = method == "GET" ? http_.get(target) : http_.send(method, target, json);
  if (reply && reply->status < 300) return std::move(reply->body);
  auto refused = checked(reply);
  return std::unexpected(refused.error());
}

Result<void> ApiClient::on_changes(const std::function<bool()>& look) const {
  return http_.follow("/api/v1/events", kSilence,
                      [&look](const std::vector<net::ServerEvent>&) { return look(); });
}

}  // namespace testlooper::cli
