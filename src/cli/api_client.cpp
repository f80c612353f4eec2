#include "cli/api_client.hpp"

#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

namespace testlooper::cli {
namespace {

using Json = nlohmann::json;

constexpr Seconds kSilence{3 * limits::kHttpHeartbeatSeconds};

ErrorKind kind_of(int status) {
  if (status == 404) return ErrorKind::not_found;
  if (status == 409) return ErrorKind::conflict;
  return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid;
}

// The JSON of a good answer, or the server's own sentence.
Result<Json> checked(const Result<net::HttpReply>& reply) {
  if (!reply) {
    auto error = reply.error();
    error.message += "; is `testlooper serve` running there?";
    return std::unexpected(error);
  }
  auto json = Json::parse(reply->body, nullptr, /*allow_exceptions=*/false);
  if (reply->status < 300 && json.is_object()) return json;
  if (json.is_object() && json["error"].is_object() && json["error"]["message"].is_string()) {
    return fail(kind_of(reply->status), json["error"]["message"]);
  }
  return fail(kind_of(reply->status),
              "answers " + std::to_string(reply->status) + "; is that a TestLooper server?");
}

// Reads a value out of an answer; a server of another version may leave some out.
template <typename T, typename Read>
Result<T> read(const Result<Json>& json, Read read_members) {
  if (!json) return std::unexpected(json.error());
  try {
    return read_members(*json);
  } catch (const Json::exception&) {
    return invalid("the server's answer is not understood; is it of another version?");
  }
}

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
  page.suite = json.at("suite");
  page.path = json.at("path");
  page.name = json.at("name");
  for (const auto& each : json.at("commits")) {
    pages::TestCommit commit;
    commit.sha = each.at("sha");
    commit.subject = each.at("subject");
    commit.verdict = each.at("verdict");
    commit.runs = each.at("runs");
    commit.failures = each.at("failures");
    page.commits.push_back(std::move(commit));
  }
  return page;
}

codec::ServerStatus status_of(const Json& json) {
  codec::ServerStatus status;
  status.version = json.at("version");
  status.revision = json.at("revision");
  status.uptime_s = json.at("uptime_s");
  status.executor = json.at("executor");
  status.executor_error = json.at("executor_error");
  status.slots = json.at("slots");
  status.repos = json.at("repos");
  status.running = json.at("running");
  status.waiting = json.at("waiting");
  return status;
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
  page.disk_reserve_bytes = json.at("disk_reserve_bytes");
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

}  // namespace

Result<DesiredId> ApiClient::request_runs(const std::string& repo, const std::string& commit,
                                          const codec::RunRequest& request) const {
  const auto reply = http_.post("/api/v1/repos/" + net::percent_encoded(repo) + "/commits/" +
                                    net::percent_encoded(commit) + "/runs",
                                codec::api_json(request));
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

Result<Revision> ApiClient::cancel(const std::string& path) const {
  const auto reply = http_.post("/api/v1/" + path + "/cancel", R"({"requested_by": "cli"})");
  return read<Revision>(checked(reply),
                        [](const Json& json) -> Revision { return json.at("revision"); });
}

Result<codec::ServerStatus> ApiClient::status() const {
  return read<codec::ServerStatus>(checked(http_.get("/api/v1/status")), status_of);
}

Result<pages::RetentionPage> ApiClient::retention() const {
  return read<pages::RetentionPage>(checked(http_.get("/api/v1/retention")), retention_of);
}

Result<void> ApiClient::run_retention() const {
  const auto reply = checked(http_.post("/api/v1/retention/run", "{}"));
  if (!reply) return std::unexpected(reply.error());
  return {};
}

Result<void> ApiClient::on_changes(const std::function<bool()>& look) const {
  return http_.follow("/api/v1/events", kSilence,
                      [&look](const std::vector<net::ServerEvent>&) { return look(); });
}

}  // namespace testlooper::cli
