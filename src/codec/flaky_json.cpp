#include "codec/flaky_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "testlooper/base/limits.hpp"

#include "codec/json_members.hpp"
#include "codec/request_body.hpp"

namespace testlooper::codec {
TL_JSON(pages::Rate, failures, runs, low, high)
TL_JSON(pages::CommitName, sha, subject, committed_at)
TL_JSON(pages::RateChange, sha, earliest, latest, before, after)
TL_JSON(pages::RatePoint, failures, runs)
TL_JSON(pages::ClusterName, key, message, tests, failures)
TL_JSON(pages::Quarantine, id, test, suite, path, name, owner, reason, quarantined_by,
        quarantined_at, expires_at, expired, standing, rate)
TL_JSON(pages::FlakyCause, experiment, cause, answer)
TL_JSON(pages::FlakyTest, test, suite, path, name, standing, reopened, gone, rate, trend, changes,
        history, first, last, mixed_commits, commits_hit, people, lost_us, passes_since,
        passes_needed, cluster, quarantine, diagnosis, why)
TL_JSON(pages::FlakyPage, revision, repo, branch, risk, flaky, fixed, tests, more)
TL_JSON(pages::ClusterSummary, key, message, tests, failures, first_run, last_run, first_at,
        last_at)
TL_JSON(pages::ClusterTest, test, suite, path, name, standing, failures, first_run, last_run)
TL_JSON(pages::FailingTogether, tests, attempts)
TL_JSON(pages::ClustersPage, revision, repo, clusters, more, together)
TL_JSON(pages::ClusterRun, id, test, suite, path, name, outcome, sha, started_at)
TL_JSON(pages::ClusterPage, revision, repo, cluster, normalised, first, last, tests, runs, others)
TL_JSON(pages::QuarantinePage, revision, repo, tests)

namespace {

Result<void> read_member(const std::string& name, const Json& json, QuarantineRequest& request) {
  if (name == "test") return put(read_string(json, limits::kTestIdBytes, name), request.test);
  if (name == "owner") return put(read_string(json, limits::kNameBytes, name), request.owner);
  if (name == "reason") return put(read_string(json, limits::kReasonBytes, name), request.reason);
  if (name == "requested_by") return put(read_requested_by(json), request.requested_by);
  if (name == "days") {
    if (!json.is_number_integer() || json < 1 || json > limits::kMostQuarantineDays) {
      return invalid(
          "must be a whole number from 1 to " + std::to_string(limits::kMostQuarantineDays), name);
    }
    request.days = json;
    return {};
  }
  return invalid("is not a member of this request (test, owner, reason, days, requested_by)", name);
}

}  // namespace

std::string api_json(const pages::FlakyPage& page) { return written(page); }
std::string api_json(const pages::ClustersPage& page) { return written(page); }
std::string api_json(const pages::ClusterPage& page) { return written(page); }
std::string api_json(const pages::QuarantinePage& page) { return written(page); }

Result<FlakyQuery> parse_flaky_query(const FlakyParameters& parameters) {
  constexpr std::array<std::string_view, 4> kOrders{"impact", "rate", "newest", "name"};
  FlakyQuery query;
  if (const auto& standing = parameters.standing; !standing.empty()) {
    if (standing != "flaky" && standing != "fixed" && standing != "all") {
      return invalid("must be flaky, fixed or all", "standing");
    }
    query.standing = standing;
  }
  if (const auto& order = parameters.order; !order.empty()) {
    const auto found = std::ranges::find(kOrders, order);
    if (found == kOrders.end()) return invalid("must be impact, rate, newest or name", "order");
    query.order = static_cast<FlakyOrder>(found - kOrders.begin());
  }
  if (const auto& limit = parameters.limit; !limit.empty()) {
    const auto end = limit.data() + limit.size();
    const auto [stopped, error] = std::from_chars(limit.data(), end, query.limit);
    if (error != std::errc() || stopped != end || query.limit < 1 ||
        query.limit > limits::kFlakyTests) {
      return invalid("must be a whole number from 1 to " + std::to_string(limits::kFlakyTests),
                     "limit");
    }
  }
  return query;
}

Result<QuarantineRequest> parse_quarantine_request(std::string_view body) {
  auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  QuarantineRequest usual;
  usual.days = limits::kQuarantineDays;
  auto request = read_members(*json, std::move(usual), read_member);
  if (!request) return request;
  if (request->test.empty()) return invalid("is missing: name the test", "test");
  if (request->owner.empty()) return invalid("is missing: say who looks after it", "owner");
  if (request->reason.empty()) return invalid("is missing: say why", "reason");
  return request;
}

std::string api_json(const QuarantineRequest& request) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("test", request.test);
  writer.member("owner", request.owner);
  writer.member("reason", request.reason);
  writer.member("days", request.days);
  writer.member("requested_by", request.requested_by);
  writer.end_object();
  return writer.take();
}

}  // namespace testlooper::codec
