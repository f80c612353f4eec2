#include "codec/api_json.hpp"
#include "codec/json_writer.hpp"
#include "codec/names.hpp"
#include "codec/request_body.hpp"

namespace testlooper::codec {
namespace {

Result<void> read_member(const std::string& name, const Json& json, RunRequest& request) {
  if (name == "times") return put(read_count(json, 1, name), request.times);
  if (name == "fail_runs") return put(read_count(json, 0, name), request.fail_runs);
  if (name == "flake_runs") return put(read_count(json, 0, name), request.flake_runs);
  if (name == "new_runs") return put(read_count(json, 0, name), request.new_runs);
  if (name == "filter") return put(read_filter(json), request.filter);
  if (name == "only") return put(read_only(json, name), request.only);
  if (name == "isolation") return put(read_isolation(json, name), request.isolation);
  if (name == "requested_by") return put(read_requested_by(json), request.requested_by);
  if (name == "condition") return put(read_condition(json, name), request.condition);
  return invalid(
      "is not a member of this request (times, fail_runs, flake_runs, new_runs, filter, only,"
      " isolation, condition, requested_by)",
      name);
}

template <typename T>
std::string one_member(std::string_view name, const T& value) {
  JsonWriter writer;
  writer.begin_object();
  writer.member(name, value);
  writer.end_object();
  return writer.take();
}

}  // namespace

Result<RunRequest> parse_run_request(std::string_view body) {
  auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  if (!json->contains("times")) return invalid("is missing", "times");
  return read_members(*json, RunRequest{}, read_member);
}

Result<std::string> parse_cancel_request(std::string_view body) {
  std::string who;
  if (body.empty()) return who;
  auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  for (const auto& [name, value] : json->items()) {
    if (name != "requested_by") {
      return invalid("is not a member of this request (requested_by)", name);
    }
    if (auto read = put(read_requested_by(value), who); !read) {
      return std::unexpected(read.error());
    }
  }
  return who;
}

std::string api_json(const RunRequest& request) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("times", request.times);
  if (request.fail_runs > 0) writer.member("fail_runs", request.fail_runs);
  if (request.flake_runs > 0) writer.member("flake_runs", request.flake_runs);
  if (request.new_runs > 0) writer.member("new_runs", request.new_runs);
  writer.key("filter");
  write_filter(writer, request.filter);
  if (request.only != Only::all) writer.member("only", only_name(request.only));
  if (request.isolation) writer.member("isolation", isolation_name(*request.isolation));
  write_condition(writer, request.condition);
  writer.member("requested_by", request.requested_by);
  writer.end_object();
  return writer.take();
}

std::string snapshot_json(Revision revision) { return one_member("revision", revision); }
std::string log_json(std::string_view text) { return one_member("text", text); }
std::string log_end_json(std::uint64_t bytes) { return one_member("bytes", bytes); }
std::string request_accepted_json(DesiredId request) { return one_member("request", request); }
std::string revision_accepted_json(Revision revision) { return one_member("revision", revision); }

std::string error_json(std::string_view code, std::string_view message) {
  JsonWriter writer;
  writer.begin_object();
  writer.key("error");
  writer.begin_object();
  writer.member("code", code);
  writer.member("message", message);
  writer.end_object();
  writer.end_object();
  return writer.take();
}

std::string retention_started_json() { return one_member("started", true); }

std::string health_json(bool ok, std::string_view reason) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("status", std::string_view(ok ? "ok" : "not ready"));
  writer.member("reason", reason);
  writer.end_object();
  return writer.take();
}

}  // namespace testlooper::codec
