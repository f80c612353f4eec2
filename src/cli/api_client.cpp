#include "cli/api_client.hpp"

#include "testlooper/base/limits.hpp"

#include "cli/api_answers.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {
namespace {

constexpr Seconds kSilence{3 * limits::kHttpHeartbeatSeconds};

constexpr std::string_view kWhereToken =
    "; a command takes its token from TESTLOOPER_TOKEN or --token-file, and finds that of a server "
    "that you run on this machine by itself";

ErrorKind kind_of(int status) {
  if (status == 404) return ErrorKind::not_found;
  if (status == 409) return ErrorKind::conflict;
  return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid;
}

}  // namespace

Result<Json> checked(const Result<net::HttpReply>& reply) {
  if (!reply) {
    auto error = reply.error();
    error.message += "; is `testlooper serve` running there?";
    return std::unexpected(error);
  }
  auto json = Json::parse(reply->body, nullptr, /*allow_exceptions=*/false);
  if (reply->status < 300 && json.is_object()) return json;
  if (json.is_object() && json["error"].is_object() && json["error"]["message"].is_string()) {
    std::string message = json["error"]["message"];
    if (reply->status == 401) message += std::string(kWhereToken);
    return fail(kind_of(reply->status), std::move(message));
  }
  return fail(kind_of(reply->status),
              "answers " + std::to_string(reply->status) + "; is that a TestLooper server?");
}

namespace {

pages::Counts counts_of(const Json& json) {
  return {json.at("passed"),    json.at("failed"),  json.at("error"),
          json.at("skipped"),   json.at("xfailed"), json.at("xpassed"),
          json.at("timed_out"), json.at("crashed"), json.at("infra")};
}

pages::TaskRun run_of(const Json& json) {
  return {RunId{json.at("id")}, json.at("suite"),   json.at("path"),
          json.at("name"),      json.at("outcome"), json.at("duration_us")};
}

pages::RequestPage request_of(const Json& json) {
  pages::RequestPage page;
  page.repo = json.at("repo");
  page.sha = json.at("sha");
  page.finished = json.at("finished");
  page.error = json.at("error");
  page.counts = counts_of(json.at("counts"));
  page.in_sandboxes = json.at("in_sandboxes");
  page.place_reason = json.at("place_reason");
  const auto& desired = json.at("desired");
  page.desired.id.value = desired.at("id");
  page.desired.filter = desired.at("filter");
  page.desired.runs = desired.at("runs");
  page.desired.wanted = desired.at("wanted");
  page.desired.done = desired.at("done");
  page.desired.in_flight = desired.at("in_flight");
  page.desired.given_up = desired.at("given_up");
  for (const auto& run : json.at("failures")) page.failures.push_back(run_of(run));
  return page;
}

pages::TestPage test_of(const Json& json) {
  pages::TestPage page;
  page.branch = json.at("branch");
  page.test = TestId{json.at("test")};
  page.suite = json.at("suite");
  page.path = json.at("path");
  page.name = json.at("name");
  for (const auto& each : json.at("names")) {
    page.names.push_back({TestId{each.at("test")}, each.at("path"), each.at("name")});
  }
  for (const auto& each : json.at("commits")) {
    pages::TestCommit commit;
    commit.sha = each.at("sha");
    commit.subject = each.at("subject");
    commit.verdict = each.at("verdict");
    commit.runs = each.at("runs");
    commit.failures = each.at("failures");
    commit.named = each.at("named");
    page.commits.push_back(std::move(commit));
  }
  return page;
}

std::optional<pages::Counts> maybe_counts_of(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional{counts_of(json)};
}

pages::ComparedCommit compared_commit_of(const Json& json) {
  pages::ComparedCommit commit;
  commit.sha = json.at("sha");
  commit.subject = json.at("subject");
  commit.parents = json.at("parents");
  commit.listed = json.at("listed");
  return commit;
}

pages::ComparedTest compared_test_of(const Json& json) {
  pages::ComparedTest test;
  test.suite = json.at("suite");
  test.path = json.at("path");
  test.name = json.at("name");
  test.change = json.at("change");
  test.continues = json.at("continues");
  if (!json.at("was").is_null()) test.was = TestId{json.at("was")};
  test.was_path = json.at("was_path");
  test.was_name = json.at("was_name");
  test.base = maybe_counts_of(json.at("base"));
  test.head = maybe_counts_of(json.at("head"));
  return test;
}

pages::ComparePage comparison_of(const Json& json) {
  pages::ComparePage page;
  page.base = compared_commit_of(json.at("base"));
  page.head = compared_commit_of(json.at("head"));
  for (const auto& each : json.at("totals")) {
    page.totals.push_back({each.at("change"), each.at("tests")});
  }
  for (const auto& each : json.at("tests")) page.tests.push_back(compared_test_of(each));
  page.warning = json.at("warning");
  return page;
}

codec::ServerStatus status_of(const Json& json) {
  codec::ServerStatus status;
  status.version = json.at("version");
  status.revision = json.at("revision");
  status.uptime_s = json.at("uptime_s");
  status.executor = json.at("executor");
  status.executor_error = json.at("executor_error");
  status.places = json.at("places");
  status.slots = json.at("slots");
  status.draining = json.at("draining");
  status.repos = json.at("repos");
  status.running = json.at("running");
  status.waiting = json.at("waiting");
  return status;
}

std::optional<WallTime> maybe_time_of(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional{WallTime{json}};
}

pages::TaskSummary task_of(const Json& json) {
  pages::TaskSummary task;
  task.id = TaskId{json.at("id")};
  task.kind = json.at("kind");
  task.repo = json.at("repo");
  task.sha = json.at("sha");
  task.suite = json.at("suite");
  task.tests = json.at("tests");
  task.started_at = maybe_time_of(json.at("started_at"));
  task.starts_at = maybe_time_of(json.at("starts_at"));
  if (const auto& waits = json.at("waits_for"); !waits.is_null()) {
    task.waits_for.emplace().text = waits.at("text");
  }
  return task;
}

pages::EnginePage engine_of(const Json& json) {
  pages::EnginePage page;
  page.executor_error = json.at("executor_error");
  page.slots = json.at("slots");
  page.answered_at = WallTime{json.at("answered_at")};
  page.draining = json.at("draining");
  page.waiting_total = json.at("waiting_total");
  for (const auto& task : json.at("running")) page.running.push_back(task_of(task));
  for (const auto& task : json.at("waiting")) page.waiting.push_back(task_of(task));
  return page;
}

pages::RetentionUse use_of(const Json& json) {
  return {json.at("repo"),      json.at("kind"),   json.at("days"),
          json.at("max_count"), json.at("max_mb"), json.at("count"),
          json.at("bytes"),     json.at("going"),  json.at("going_bytes")};
}

pages::RetentionPage retention_of(const Json& json) {
  pages::RetentionPage page;
  page.period_s = json.at("period_s");
  page.disk_free_bytes = json.at("disk_free_bytes");
  page.disk_total_bytes = json.at("disk_total_bytes");
  page.disk_reserve_bytes = json.at("disk_reserve_bytes");
  page.store_bytes = json.at("store_bytes");
  page.paused = json.at("paused");
  page.error = json.at("error");
  for (const auto& use : json.at("uses")) page.uses.push_back(use_of(use));
  for (const auto& item : json.at("going")) {
    page.going.push_back({item.at("repo"), item.at("kind"), item.at("what"), item.at("bytes"),
                          WallTime{item.at("since")}, item.at("why")});
  }
  if (const auto& last = json.at("last_run"); !last.is_null()) {
    page.last_run = pages::RetentionRun{WallTime{last.at("at")}, last.at("removed"),
                                        last.at("bytes"), last.at("error")};
  }
  return page;
}

orders::Done done_of(const Json& json) {
  return {json.at("revision"), json.at("id"), json.at("tests")};
}

// The filter of a rule, as its JSON and back through the body that the API takes.
pages::RuleSummary rule_of(const Json& json) {
  auto body = json;
  body.erase("id");
  body.erase("filter_text");
  auto request = codec::parse_rule(body.dump());
  if (!request) throw Json::other_error::create(501, request.error().text(), &json);
  request->rule.id.value = json.at("id");
  return {std::move(request->rule), json.at("filter_text")};
}

pages::RepoSummary repo_of(const Json& json) {
  pages::RepoSummary repo;
  repo.name = json.at("name");
  repo.source = json.at("source");
  repo.origin = json.at("origin");
  repo.state = json.at("state");
  repo.error = json.at("error");
  repo.branches = json.at("branches");
  return repo;
}

pages::ReposPage repos_of(const Json& json) {
  pages::ReposPage page;
  for (const auto& repo : json.at("repos")) page.repos.push_back(repo_of(repo));
  for (const auto& repo : json.at("removed")) {
    page.removed.push_back({repo.at("name"), repo.at("source"), repo.at("purging")});
  }
  return page;
}

pages::MatchPage match_of(const Json& json) {
  pages::MatchPage page;
  page.listed = json.at("listed");
  page.matching = json.at("matching");
  for (const auto& test : json.at("tests")) {
    page.tests.push_back(
        {TestId{test.at("test")}, test.at("suite"), test.at("path"), test.at("name")});
  }
  return page;
}

pages::AuditPage audit_of(const Json& json) {
  pages::AuditPage page;
  for (const auto& each : json.at("entries")) {
    page.entries.push_back({AuditId{each.at("id")}, WallTime{each.at("at")}, each.at("who"),
                            each.at("action"), each.at("repo"), each.at("subject"),
                            each.at("detail")});
  }
  page.more = json.at("more");
  return page;
}

std::string repo_path(const std::string& repo) {
  return "/api/v1/repos/" + net::percent_encoded(repo);
}
std::string commit_path(const std::string& repo, const std::string& commit) {
  return repo_path(repo) + "/commits/" + net::percent_encoded(commit);
}
std::string rule_path(const std::string& repo, RuleId rule) {
  return repo_path(repo) + "/rules/" + std::to_string(rule.value);
}

Result<void> done(const Result<net::HttpReply>& reply) {
  if (const auto json = checked(reply); !json) return std::unexpected(json.error());
  return {};
}

}  // namespace

Result<orders::Done> ApiClient::change_request(DesiredId id,
                                               const codec::WishChange& change) const {
  return read<orders::Done>(
      checked(http_.send("PATCH", "/api/v1/requests/" + std::to_string(id.value),
                         codec::api_json(change))),
      done_of);
}

Result<std::vector<pages::RuleSummary>> ApiClient::rules(const std::string& repo) const {
  return read<std::vector<pages::RuleSummary>>(checked(http_.get(repo_path(repo) + "/rules")),
                                               [](const Json& json) {
                                                 std::vector<pages::RuleSummary> rules;
                                                 for (const auto& rule : json.at("rules"))
                                                   rules.push_back(rule_of(rule));
                                                 return rules;
                                               });
}

Result<orders::Done> ApiClient::add_rule(const std::string& repo,
                                         const codec::RuleRequest& rule) const {
  return read<orders::Done>(checked(http_.post(repo_path(repo) + "/rules", codec::api_json(rule))),
                            done_of);
}

Result<orders::Done> ApiClient::change_rule(const std::string& repo,
                                            const codec::RuleRequest& rule) const {
  return read<orders::Done>(
      checked(http_.send("PUT", rule_path(repo, rule.rule.id), codec::api_json(rule))), done_of);
}

Result<orders::Done> ApiClient::remove_rule(const std::string& repo, RuleId rule) const {
  return read<orders::Done>(
      checked(http_.send("DELETE", rule_path(repo, rule), R"({"requested_by":"cli"})")), done_of);
}

Result<orders::Done> ApiClient::clear(const std::string& repo, const std::string& commit,
                                      const codec::Selection& selection) const {
  return read<orders::Done>(
      checked(http_.post(commit_path(repo, commit) + "/clear", codec::api_json(selection))),
      done_of);
}

Result<pages::MatchPage> ApiClient::match(const std::string& repo, const std::string& commit,
                                          const codec::Selection& selection) const {
  return read<pages::MatchPage>(
      checked(http_.post(commit_path(repo, commit) + "/match", codec::api_json(selection))),
      match_of);
}

Result<pages::AuditPage> ApiClient::audit(const AuditQuery& query) const {
  auto path = "/api/v1/audit?limit=" + std::to_string(query.limit);
  if (query.before) path += "&before=" + std::to_string(query.before->value);
  if (!query.who.empty()) path += "&who=" + net::percent_encoded(query.who);
  if (!query.action.empty()) path += "&action=" + net::percent_encoded(query.action);
  return read<pages::AuditPage>(checked(http_.get(path)), audit_of);
}

Result<DesiredId> ApiClient::request_runs(const std::string& repo, const std::string& commit,
                                          const codec::RunRequest& request) const {
  const auto reply = http_.post(commit_path(repo, commit) + "/runs", codec::api_json(request));
  return read<DesiredId>(checked(reply),
                         [](const Json& json) { return DesiredId{json.at("request")}; });
}

Result<pages::RequestPage> ApiClient::request(DesiredId id) const {
  return read<pages::RequestPage>(
      checked(http_.get("/api/v1/requests/" + std::to_string(id.value))), request_of);
}

Result<pages::TestPage> ApiClient::test(const std::string& repo, const std::string& test,
                                        const std::string& branch, int limit) const {
  auto path = "/api/v1/repos/" + net::percent_encoded(repo) + "/tests/" +
              net::percent_encoded(test) + "?limit=" + std::to_string(limit);
  if (!branch.empty()) path += "&branch=" + net::percent_encoded(branch);
  return read<pages::TestPage>(checked(http_.get(path)), test_of);
}

Result<pages::ComparePage> ApiClient::compare(const std::string& repo, const std::string& head,
                                              const std::string& base) const {
  auto path =
      "/api/v1/repos/" + net::percent_encoded(repo) + "/compare?head=" + net::percent_encoded(head);
  if (!base.empty()) path += "&base=" + net::percent_encoded(base);
  return read<pages::ComparePage>(checked(http_.get(path)), comparison_of);
}

Result<Revision> ApiClient::cancel(const std::string& path) const {
  const auto reply = http_.post("/api/v1/" + path + "/cancel", R"({"requested_by": "cli"})");
  return read<Revision>(checked(reply),
                        [](const Json& json) -> Revision { return json.at("revision"); });
}

Result<void> ApiClient::drain(bool draining) const {
  const auto reply = checked(
      http_.post(draining ? "/api/v1/drain" : "/api/v1/resume", R"({"requested_by": "cli"})"));
  if (!reply) return std::unexpected(reply.error());
  return {};
}

Result<codec::ServerStatus> ApiClient::status() const {
  return read<codec::ServerStatus>(checked(http_.get("/api/v1/status")), status_of);
}

Result<pages::EnginePage> ApiClient::engine(const std::string& repo, std::size_t limit) const {
  auto path = "/api/v1/engine?limit=" + std::to_string(limit);
  if (!repo.empty()) path += "&repo=" + net::percent_encoded(repo);
  return read<pages::EnginePage>(checked(http_.get(path)), engine_of);
}

Result<pages::RetentionPage> ApiClient::retention() const {
  return read<pages::RetentionPage>(checked(http_.get("/api/v1/retention")), retention_of);
}

Result<void> ApiClient::run_retention() const {
  const auto reply = checked(http_.post("/api/v1/retention/run", "{}"));
  if (!reply) return std::unexpected(reply.error());
  return {};
}

Result<pages::ReposPage> ApiClient::repos() const {
  return read<pages::ReposPage>(checked(http_.get("/api/v1/repos")), repos_of);
}

Result<codec::RepoAdded> ApiClient::add_repo(const std::string& source, const std::string& name,
                                             const RepoSettings& settings) const {
  const auto reply = http_.post("/api/v1/repos", codec::repo_request_json(source, name, settings));
  return read<codec::RepoAdded>(checked(reply), [](const Json& json) {
    return codec::RepoAdded{json.at("revision"), json.at("repo"), json.at("hook")};
  });
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
  return read<ReloadReport>(checked(http_.post("/api/v1/reload", "{}")), [](const Json& json) {
    return ReloadReport{json.at("added"), json.at("changed"), json.at("removed"),
                        json.at("warnings")};
  });
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
