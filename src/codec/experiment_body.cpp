#include "codec/experiment_body.hpp"

#include "testlooper/base/limits.hpp"

#include "codec/names.hpp"
#include "codec/request_body.hpp"

namespace testlooper::codec {
namespace {

Result<std::string> read_name(const Json& json, const std::string& where) {
  return read_string(json, limits::kTestIdBytes, where);
}

Result<std::int64_t> read_number(const Json& json, std::int64_t least, std::int64_t most,
                                 const std::string& where) {
  if (json.is_number_integer() && json >= least && json <= most) return json.get<std::int64_t>();
  return invalid(
      "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most),
      where);
}

Result<std::int64_t> read_runs(const Json& json, const std::string& where) {
  return read_number(json, 1, limits::kExperimentRuns, where);
}

Result<double> read_share(const Json& json, const std::string& where) {
  if (json.is_number() && json > 0 && json < 1) return json.get<double>();
  return invalid("must be a number between 0 and 1", where);
}

Result<Seconds> read_seconds(const Json& json, const std::string& where) {
  const auto seconds = read_number(json, 1, limits::kMaxTimeoutSeconds, where);
  if (!seconds) return std::unexpected(seconds.error());
  return Seconds{*seconds};
}

template <typename Enum>
Result<Enum> read_word(const Json& json, std::optional<Enum> (*named)(std::string_view),
                       const char* words, const std::string& where) {
  if (json.is_string()) {
    if (const auto value = named(json.get_ref<const std::string&>())) return *value;
  }
  return invalid("must be " + std::string(words), where);
}

// A rate may come as a number, too.
Result<std::string> read_against(const Json& json) {
  if (json.is_number()) return json.dump();
  return read_name(json, "against");
}

Result<int> read_effort(const Json& json, const std::string& where) {
  const auto effort = read_number(json, 1, limits::kDiagnoseEffort, where);
  if (!effort) return std::unexpected(effort.error());
  return static_cast<int>(*effort);
}

Result<void> read_member(const std::string& name, const Json& json, ExperimentRequest& request) {
  if (name == "kind") {
    return put(read_word(json, experiment_kind_named,
                         "\"hunt\", \"prove\", \"bisect\" or \"diagnose\"", name),
               request.kind);
  }
  if (name == "repo") return put(read_name(json, name), request.repo);
  if (name == "test") return put(read_name(json, name), request.test);
  if (name == "cluster") return put(read_name(json, name), request.cluster);
  if (name == "commit") return put(read_name(json, name), request.commit);
  if (name == "runs") return put(read_runs(json, name), request.runs);
  if (name == "until_failures") return put(read_runs(json, name), request.until_failures);
  if (name == "for_s") return put(read_seconds(json, name), request.duration);
  if (name == "against") return put(read_against(json), request.against);
  if (name == "risk") return put(read_share(json, name), request.risk);
  if (name == "method") {
    return put(read_word(json, prove_method_named, "\"anytime\", \"sprt\" or \"fixed\"", name),
               request.method);
  }
  if (name == "good") return put(read_name(json, name), request.good);
  if (name == "bad") return put(read_name(json, name), request.bad);
  if (name == "confidence") return put(read_share(json, name), request.confidence);
  if (name == "condition") return put(read_condition(json, name), request.condition);
  if (name == "effort") return put(read_effort(json, name), request.effort);
  if (name == "in_flight") {
    return put(read_number(json, 1, limits::kExperimentInFlightMost, name), request.in_flight);
  }
  if (name == "background") return put(read_flag(json, name), request.background);
  if (name == "yes") return put(read_flag(json, name), request.yes);
  if (name == "requested_by") return put(read_requested_by(json), request.requested_by);
  return invalid(
      "is not a member of an experiment (kind, repo, test, cluster, commit, runs, until_failures, "
      "for_s,"
      " against, risk, method, good, bad, confidence, effort, condition, in_flight, background,"
      " yes, requested_by)",
      name);
}

Result<void> read_member(const std::string& name, const Json& json, ExperimentMore& more) {
  if (name == "runs") return put(read_runs(json, name), more.runs);
  if (name == "until_failures") return put(read_runs(json, name), more.until_failures);
  if (name == "for_s") return put(read_seconds(json, name), more.duration);
  if (name == "confidence") return put(read_share(json, name), more.confidence);
  if (name == "yes") return put(read_flag(json, name), more.yes);
  if (name == "requested_by") return put(read_requested_by(json), more.requested_by);
  return invalid(
      "is not a member of this request (runs, until_failures, for_s, confidence, yes,"
      " requested_by)",
      name);
}

// A member that is null is as one that is absent.
template <typename T>
Result<void> read_given(const std::string& name, const Json& json, T& value) {
  return json.is_null() ? Result<void>{} : read_member(name, json, value);
}

// Each of its tests is proven against what is known of it.
Result<void> check_cluster(const ExperimentRequest& request) {
  if (!request.test.empty()) return invalid("name a test, or a cluster", "cluster");
  if (!request.against.empty() && request.against != "known") {
    return invalid("each test of a cluster is proven against what is known of it", "against");
  }
  return {};
}

// Members that say nothing of this kind are more likely a mistake than meant.
Result<void> check_members(const ExperimentRequest& request) {
  const auto kind = request.kind;
  const auto only_for = [&](bool given, ExperimentKind its, const char* member) -> Result<void> {
    if (!given || kind == its) return {};
    return invalid("goes with a " + std::string(experiment_kind_name(its)) + " only", member);
  };
  for (const auto& checked :
       {only_for(request.until_failures > 0, ExperimentKind::hunt, "until_failures"),
        only_for(request.duration > Seconds{0}, ExperimentKind::hunt, "for_s"),
        only_for(!request.against.empty(), ExperimentKind::prove, "against"),
        only_for(!request.cluster.empty(), ExperimentKind::prove, "cluster"),
        only_for(!request.good.empty(), ExperimentKind::bisect, "good"),
        only_for(!request.bad.empty(), ExperimentKind::bisect, "bad"),
        only_for(request.effort > 1, ExperimentKind::diagnose, "effort")}) {
    if (!checked) return checked;
  }
  if (kind == ExperimentKind::diagnose && !request.condition.plain()) {
    return invalid("a diagnosis chooses its conditions itself", "condition");
  }
  if (kind == ExperimentKind::bisect && !request.commit.empty()) {
    return invalid("a bisection has two ends: good and bad", "commit");
  }
  return request.cluster.empty() ? Result<void>{} : check_cluster(request);
}

void write_text(JsonWriter& writer, std::string_view name, const std::string& text) {
  if (!text.empty()) writer.member(name, text);
}

template <typename T>
void write_maybe(JsonWriter& writer, std::string_view name, const std::optional<T>& value) {
  if (value) writer.member(name, *value);
}

}  // namespace

Result<ExperimentRequest> parse_experiment_request(std::string_view body) {
  const auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  if (!json->contains("kind")) return invalid("is missing", "kind");
  if (!json->contains("test") && !json->contains("cluster")) return invalid("is missing", "test");
  auto request = read_members<ExperimentRequest>(*json, {}, read_given);
  if (!request) return request;
  if (auto checked = check_members(*request); !checked) return std::unexpected(checked.error());
  return request;
}

Result<ExperimentMore> parse_experiment_more(std::string_view body) {
  const auto json = parse_json_object(body.empty() ? "{}" : body);
  if (!json) return std::unexpected(json.error());
  return read_members<ExperimentMore>(*json, {}, read_given);
}

std::string api_json(const ExperimentRequest& request) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("kind", experiment_kind_name(request.kind));
  write_text(writer, "repo", request.repo);
  write_text(writer, "test", request.test);
  write_text(writer, "cluster", request.cluster);
  write_text(writer, "commit", request.commit);
  write_maybe(writer, "runs", request.runs);
  if (request.until_failures > 0) writer.member("until_failures", request.until_failures);
  if (request.duration > Seconds{0}) writer.member("for_s", request.duration.count());
  if (request.kind == ExperimentKind::prove) {
    write_text(writer, "against", request.against);
    writer.member("risk", request.risk);
    writer.member("method", prove_method_name(request.method));
  }
  if (request.kind == ExperimentKind::bisect) {
    write_text(writer, "good", request.good);
    write_text(writer, "bad", request.bad);
    writer.member("confidence", request.confidence);
  }
  if (request.kind == ExperimentKind::diagnose) writer.member("effort", request.effort);
  write_condition(writer, request.condition);
  write_maybe(writer, "in_flight", request.in_flight);
  writer.member("background", request.background);
  writer.member("yes", request.yes);
  writer.member("requested_by", request.requested_by);
  writer.end_object();
  return writer.take();
}

std::string api_json(const ExperimentMore& more) {
  JsonWriter writer;
  writer.begin_object();
  write_maybe(writer, "runs", more.runs);
  write_maybe(writer, "until_failures", more.until_failures);
  if (more.duration) writer.member("for_s", more.duration->count());
  write_maybe(writer, "confidence", more.confidence);
  writer.member("yes", more.yes);
  writer.member("requested_by", more.requested_by);
  writer.end_object();
  return writer.take();
}

}  // namespace testlooper::codec
