#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "codec/json_writer.hpp"

namespace testlooper::codec {
namespace {

using Json = nlohmann::json;
using Strings = std::vector<std::string>;

constexpr int kDepth = 8;  // the deepest that is understood is a list in the filter
constexpr std::size_t kNameBytes = 100;

Result<Json> parse_object(std::string_view body) {
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kDepth;
    return !too_deep;
  };
  auto json = Json::parse(body, shallow, /*allow_exceptions=*/false);
  if (too_deep) return invalid("is nested too deeply", "body");
  if (json.is_discarded()) return invalid("is not JSON", "body");
  if (!json.is_object()) return invalid("must be a JSON object", "body");
  return json;
}

Result<std::string> read_string(const Json& json, std::size_t max_bytes, const std::string& where) {
  if (!json.is_string()) return invalid("must be a string", where);
  auto text = json.get<std::string>();
  if (text.size() > max_bytes) {
    return invalid("is longer than " + std::to_string(max_bytes) + " bytes", where);
  }
  if (text.find('\0') != std::string::npos) return invalid("must not have a NUL", where);
  return text;
}

Result<Strings> read_strings(const Json& json, const std::string& where) {
  if (!json.is_array()) return invalid("must be a list of strings", where);
  Strings strings;
  for (const auto& element : json) {
    auto text = read_string(element, limits::kTestIdBytes,
                            where + "[" + std::to_string(strings.size()) + "]");
    if (!text) return std::unexpected(text.error());
    strings.push_back(std::move(*text));
  }
  return strings;
}

Result<void> read_filter_member(const std::string& name, const Json& json, TestFilter& filter) {
  const std::string where = "filter." + name;
  const auto store = [](auto read, auto& target) -> Result<void> {
    if (!read) return std::unexpected(read.error());
    target = std::move(*read);
    return {};
  };
  if (json.is_null()) return {};
  if (name == "suites") return store(read_strings(json, where), filter.suites);
  if (name == "labels") return store(read_strings(json, where), filter.labels);
  if (name == "paths") return store(read_strings(json, where), filter.paths);
  if (name == "tests") return store(read_strings(json, where), filter.tests);
  if (name == "regex") return store(read_string(json, limits::kRegexBytes, where), filter.regex);
  return invalid("is not a part of a filter (suites, labels, paths, regex, tests)", where);
}

Result<void> read_filter(const Json& json, TestFilter& filter) {
  if (!json.is_object()) return invalid("must be an object", "filter");
  for (const auto& [name, value] : json.items()) {
    if (auto read = read_filter_member(name, value, filter); !read) return read;
  }
  return {};
}

Result<void> read_times(const Json& json, std::int64_t& times) {
  const bool fits = json.is_number_integer() && json >= 1 && json <= limits::kRunsPerRequest;
  if (!fits) {
    return invalid("must be a whole number from 1 to " + std::to_string(limits::kRunsPerRequest),
                   "times");
  }
  times = json.get<std::int64_t>();
  return {};
}

Result<void> read_only(const Json& json, RunRequest::Only& only) {
  if (json == "failed") {
    only = RunRequest::Only::failed;
  } else if (json == "flaky") {
    only = RunRequest::Only::flaky;
  } else if (!json.is_null()) {
    return invalid("must be \"failed\" or \"flaky\"", "only");
  }
  return {};
}

Result<void> read_requested_by(const Json& json, std::string& requested_by) {
  auto name = read_string(json, kNameBytes, "requested_by");
  if (!name) return std::unexpected(name.error());
  requested_by = std::move(*name);
  return {};
}

Result<void> read_member(const std::string& name, const Json& json, RunRequest& request) {
  if (name == "times") return read_times(json, request.times);
  if (name == "filter") return read_filter(json, request.filter);
  if (name == "only") return read_only(json, request.only);
  if (name == "requested_by") return read_requested_by(json, request.requested_by);
  return invalid("is not a member of this request (times, filter, only, requested_by)", name);
}

void write_strings(JsonWriter& writer, std::string_view name, const std::optional<Strings>& list) {
  if (!list) return;
  writer.key(name);
  writer.begin_array();
  for (const auto& text : *list) writer.value(text);
  writer.end_array();
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
  auto json = parse_object(body);
  if (!json) return std::unexpected(json.error());
  if (!json->contains("times")) return invalid("is missing", "times");
  RunRequest request;
  for (const auto& [name, value] : json->items()) {
    if (auto read = read_member(name, value, request); !read) return std::unexpected(read.error());
  }
  return request;
}

Result<std::string> parse_cancel_request(std::string_view body) {
  std::string who;
  if (body.empty()) return who;
  auto json = parse_object(body);
  if (!json) return std::unexpected(json.error());
  for (const auto& [name, value] : json->items()) {
    if (name != "requested_by") {
      return invalid("is not a member of this request (requested_by)", name);
    }
    if (auto read = read_requested_by(value, who); !read) return std::unexpected(read.error());
  }
  return who;
}

std::string api_json(const RunRequest& request) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("times", request.times);
  writer.key("filter");
  writer.begin_object();
  write_strings(writer, "suites", request.filter.suites);
  write_strings(writer, "labels", request.filter.labels);
  write_strings(writer, "paths", request.filter.paths);
  if (request.filter.regex) writer.member("regex", *request.filter.regex);
  write_strings(writer, "tests", request.filter.tests);
  writer.end_object();
  if (request.only == RunRequest::Only::failed) writer.member("only", std::string("failed"));
  if (request.only == RunRequest::Only::flaky) writer.member("only", std::string("flaky"));
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
