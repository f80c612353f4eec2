#include "http/pages_api.hpp"

#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "codec/flaky_json.hpp"
#include "codec/names.hpp"
#include "codec/quarantine_list.hpp"
#include "http/experiments_api.hpp"
#include "http/files_api.hpp"
#include "http/monitoring_api.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

std::string_view value_of(const Head& head, std::string_view name) {
  const auto* value = head.find(name);
  return value == nullptr ? std::string_view() : *value;
}

class Reader {
 public:
  Reader(const ReadContext& context, const Route& route, const Head& head)
      : context_(context), views_(context.views), route_(route), head_(head) {}

  Response answer() const {
    switch (route_.endpoint) {
      case Endpoint::repos:
        return page(views_.repos());
      case Endpoint::branch:
        return branch();
      case Endpoint::test:
        return test();
      case Endpoint::compare:
        return compare();
      case Endpoint::run:
        return page(views_.run(RunId{route_.id}));
      case Endpoint::request:
        return page(views_.request(DesiredId{route_.id}));
      case Endpoint::rules:
        return page(views_.rules(route_.repo));
      case Endpoint::flaky:
        return flaky();
      case Endpoint::clusters:
        return page(views_.clusters(route_.repo));
      case Endpoint::cluster:
        return page(views_.cluster(route_.repo, route_.key));
      case Endpoint::quarantine:
        return quarantine();
      case Endpoint::audit:
        return audit();
      case Endpoint::experiments:
      case Endpoint::experiment:
      case Endpoint::experiment_export:
        return experiments_response(context_, route_, head_);
      case Endpoint::retention:
        return retention();
      case Endpoint::status:
        return status();
      case Endpoint::readyz:
        return ready();
      case Endpoint::metrics:
      case Endpoint::badge:
      case Endpoint::cc_xml:
        return monitoring_response(context_, route_, head_);
      case Endpoint::artifacts:
        return page(views_.artifacts({TaskId{route_.id}, route_.attempt}));
      case Endpoint::artifact:
        return artifact_response(context_, route_, head_);
      case Endpoint::run_log:
        return run_log_response(context_, route_, head_);
      default:
        return log_response(context_, route_, head_);
    }
  }

 private:
  template <typename Page>
  Response page(const Result<Page>& page) const {
    if (!page) return error_response(page.error());
    return page_response(context_, head_, page->revision, [&] { return codec::api_json(*page); });
  }

  Response branch() const {
    BranchQuery query{route_.repo, route_.parameter("name"), 30, {}, route_.parameter("q")};
    if (const auto limit = route_.parameter("limit"); !limit.empty()) {
      const auto number = to_number(limit);
      if (!number || *number < 1 || *number > 200) {
        return refusal_response({400, "invalid", "limit: must be a whole number from 1 to 200"});
      }
      query.limit = static_cast<int>(*number);
    }
    if (const auto before = route_.parameter("before"); !before.empty()) query.before = before;
    return page(views_.branch(query));
  }

  Response test() const {
    TestQuery query;
    query.repo = route_.repo;
    query.test = route_.test;
    query.branch = route_.parameter("branch");
    if (const auto limit = route_.parameter("limit"); !limit.empty()) {
      const auto number = to_number(limit);
      if (!number || *number < 1 || *number > limits::kCommitsPerTestPage) {
        return refusal_response({400, "invalid",
                                 "limit: must be a whole number from 1 to " +
                                     std::to_string(limits::kCommitsPerTestPage)});
      }
      query.limit = static_cast<int>(*number);
    }
    if (const auto before = route_.parameter("before"); !before.empty()) query.before = before;
    if (const auto run = route_.parameter("after_run"); !run.empty()) {
      const auto number = to_number(run);
      if (!number) return refusal_response({400, "invalid", "after_run: must be a run's number"});
      query.after_run = RunId{static_cast<std::int64_t>(*number)};
    }
    query.runs_at = route_.parameter("runs_at");
    if (const auto outcomes = route_.parameter("outcome"); !outcomes.empty()) {
      for (const auto outcome : split(outcomes, ',')) {
        if (!codec::outcome_named(outcome)) {
          return refusal_response({400, "invalid",
                                   "outcome: there is no '" + std::string(outcome) +
                                       "'; name some, with commas between"});
        }
        query.outcomes.emplace_back(outcome);
      }
    }
    return page(views_.test(query));
  }

  Response compare() const {
    const auto head = route_.parameter("head");
    if (head.empty()) {
      return refusal_response({400, "invalid", "head: name the commit that is compared"});
    }
    return page(context_.comparer.compare({route_.repo, head, route_.parameter("base")}));
  }

  Response flaky() const {
    auto query = codec::parse_flaky_query(
        {route_.parameter("standing"), route_.parameter("order"), route_.parameter("limit")});
    if (!query) return error_response(query.error());
    query->repo = route_.repo;
    query->contains = route_.parameter("q");
    return page(views_.flaky(*query));
  }

  // What is written for another tool changes with time, too, so it has no tag.
  Response quarantine() const {
    const auto found = views_.quarantine(route_.repo);
    const auto format = route_.parameter("format");
    if (!found) return error_response(found.error());
    if (format.empty() || format == "json") return json_response(200, codec::api_json(*found));
    auto list = codec::quarantine_list(format, route_.parameter("suite"), found->tests);
    return list ? text_response(200, std::move(*list)) : error_response(list.error());
  }

  Response audit() const {
    AuditQuery query;
    const auto read = [&](const char* name, std::uint64_t most) -> std::optional<std::uint64_t> {
      const auto text = route_.parameter(name);
      const auto number = to_number(text);
      if (!number || *number < 1 || *number > most) return std::nullopt;
      return number;
    };
    if (!route_.parameter("limit").empty()) {
      const auto limit = read("limit", limits::kAuditEntries);
      if (!limit) {
        return refusal_response(
            {400, "invalid",
             "limit: must be a whole number from 1 to " + std::to_string(limits::kAuditEntries)});
      }
      query.limit = static_cast<int>(*limit);
    }
    if (!route_.parameter("before").empty()) {
      const auto before = read("before", INT64_MAX);
      if (!before) {
        return refusal_response({400, "invalid", "before: must be the number of an entry"});
      }
      query.before = AuditId{static_cast<std::int64_t>(*before)};
    }
    query.who = route_.parameter("who");
    query.action = route_.parameter("action");
    return page(views_.audit(query));
  }

  // It changes with time and the disk, so it has no tag.
  Response retention() const {
    const auto page = context_.retention.preview();
    return page ? json_response(200, codec::api_json(*page)) : error_response(page.error());
  }

  Response status() const {
    const auto engine = views_.engine({.limit = 0});
    if (!engine) return error_response(engine.error());
    const auto repos = views_.repos();
    if (!repos) return error_response(repos.error());
    const auto facts = context_.facts();
    const codec::ServerStatus status{.version = context_.options.version,
                                     .revision = engine->revision,
                                     .started_at = facts.started_at,
                                     .uptime_s = (facts.now - facts.started_at).count() / 1000,
                                     .executor = facts.executor.version,
                                     .executor_error = facts.executor.reason,
                                     .places = facts.executor.places,
                                     .slots = facts.slots,
                                     .draining = engine->draining,
                                     .repos = std::ssize(repos->repos),
                                     .running = std::ssize(engine->running),
                                     .waiting = engine->waiting_total};
    return json_response(200, codec::api_json(status));
  }

  Response ready() const {
    const auto repos = views_.repos();
    const auto executor = context_.facts().executor;
    if (repos && executor.ready) return json_response(200, codec::health_json(true, ""));
    return json_response(503,
                         codec::health_json(false, repos ? executor.reason : repos.error().text()));
  }

  const ReadContext& context_;
  Views& views_;
  const Route& route_;
  const Head& head_;
};

}  // namespace

bool is_read(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::repos:
    case Endpoint::branch:
    case Endpoint::request:
    case Endpoint::rules:
    case Endpoint::audit:
    case Endpoint::flaky:
    case Endpoint::clusters:
    case Endpoint::cluster:
    case Endpoint::quarantine:
    case Endpoint::experiments:
    case Endpoint::experiment:
    case Endpoint::experiment_export:
    case Endpoint::test:
    case Endpoint::compare:
    case Endpoint::run:
    case Endpoint::log:
    case Endpoint::run_log:
    case Endpoint::artifacts:
    case Endpoint::artifact:
    case Endpoint::status:
    case Endpoint::retention:
    case Endpoint::readyz:
    case Endpoint::metrics:
    case Endpoint::badge:
    case Endpoint::cc_xml:
      return true;
    default:
      return false;
  }
}

std::string page_tag(WallTime started_at, Revision revision) {
  return "W/\"" + std::to_string(started_at.ms) + "-" + std::to_string(revision) + "\"";
}

Response page_response(const ReadContext& context, const Head& head, std::optional<Revision> tag,
                       const std::function<std::string()>& to_json) {
  const auto etag = tag ? page_tag(context.facts().started_at, *tag) : std::string();
  Response response;
  if (tag && etag_matches(value_of(head, "if-none-match"), etag)) {
    response.status = 304;
    response.fields.push_back({"Cache-Control", "no-cache"});
  } else {
    response = json_response(200, to_json());
    compress(response, value_of(head, "accept-encoding"));
  }
  if (tag) response.fields.push_back({"ETag", etag});
  return response;
}

Response match_response(Views& views, const Route& route, const std::string& body) {
  auto selection = codec::parse_selection(body);
  if (!selection) return error_response(selection.error());
  const auto page = views.match({.repo = route.repo,
                                 .commit = route.commit,
                                 .filter = std::move(selection->filter),
                                 .only = selection->only});
  if (!page) return error_response(page.error());
  return json_response(200, codec::api_json(*page));
}

Response read_response(const ReadContext& context, const Route& route, const Head& head) {
  return Reader(context, route, head).answer();
}

}  // namespace testlooper::http
