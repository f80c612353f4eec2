// Bodies of requests that change what is wanted, and the answers to them.
#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "codec/request_body.hpp"

namespace testlooper::codec {
namespace {

constexpr int kMaxPosition = 10'000;

Result<void> read_member(const std::string& name, const Json& json, WishChange& change) {
  if (name == "times") return put(read_count(json, 1, name), change.runs);
  if (name == "fail_runs") return put(read_count(json, 0, name), change.fail_runs);
  if (name == "flake_runs") return put(read_count(json, 0, name), change.flake_runs);
  if (name == "new_runs") return put(read_count(json, 0, name), change.new_runs);
  if (name == "requested_by") return put(read_requested_by(json), change.requested_by);
  return invalid(
      "is not a member of this request (times, fail_runs, flake_runs, new_runs, requested_by)",
      name);
}

Result<void> read_member(const std::string& name, const Json& json, Selection& selection) {
  if (name == "filter") return put(read_filter(json), selection.filter);
  if (name == "only") return put(read_only(json, name), selection.only);
  if (name == "requested_by") return put(read_requested_by(json), selection.requested_by);
  return invalid("is not a member of this request (filter, only, requested_by)", name);
}

Result<int> read_position(const Json& json) {
  if (json.is_number_integer() && json >= 1 && json <= kMaxPosition) return json.get<int>();
  return invalid("must be a whole number from 1 to " + std::to_string(kMaxPosition), "position");
}

Result<void> read_member(const std::string& name, const Json& json, RuleRequest& request) {
  auto& rule = request.rule;
  if (name == "branches") {
    return put(read_string(json, limits::kBranchPatternBytes, name), rule.branches);
  }
  if (name == "filter") return put(read_filter(json), rule.filter);
  if (name == "runs") return put(read_count(json, 0, name), rule.counts.runs);
  if (name == "fail_runs") return put(read_count(json, 0, name), rule.counts.fail_runs);
  if (name == "flake_runs") return put(read_count(json, 0, name), rule.counts.flake_runs);
  if (name == "new_runs") return put(read_count(json, 0, name), rule.counts.new_runs);
  if (name == "superseded") return put(read_flag(json, name), rule.superseded);
  if (name == "schedule") {
    return put(read_string(json, limits::kScheduleBytes, name), rule.schedule);
  }
  if (name == "schedule_runs") return put(read_count(json, 0, name), rule.schedule_runs);
  if (name == "schedule_only") return put(read_only(json, name), rule.schedule_only);
  if (name == "idle_runs") return put(read_count(json, 0, name), rule.idle_runs);
  if (name == "position") return put(read_position(json), request.position);
  if (name == "requested_by") return put(read_requested_by(json), request.requested_by);
  return invalid(
      "is not a member of a rule (branches, filter, runs, fail_runs, flake_runs, new_runs,"
      " superseded, schedule, schedule_runs, schedule_only, idle_runs, position, requested_by)",
      name);
}

template <typename T>
Result<T> parse(std::string_view body) {
  const auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  return read_members<T>(*json, {}, read_member);
}

void write_count(JsonWriter& writer, std::string_view name,
                 const std::optional<std::int64_t>& count) {
  if (count) writer.member(name, *count);
}

}  // namespace

Result<WishChange> parse_wish_change(std::string_view body) {
  auto change = parse<WishChange>(body);
  if (change && !change->runs && !change->fail_runs && !change->flake_runs && !change->new_runs) {
    return invalid("changes nothing: name times, fail_runs, flake_runs or new_runs", "body");
  }
  return change;
}

Result<Selection> parse_selection(std::string_view body) { return parse<Selection>(body); }

Result<RuleRequest> parse_rule(std::string_view body) { return parse<RuleRequest>(body); }

std::string api_json(const WishChange& change) {
  JsonWriter writer;
  writer.begin_object();
  write_count(writer, "times", change.runs);
  write_count(writer, "fail_runs", change.fail_runs);
  write_count(writer, "flake_runs", change.flake_runs);
  write_count(writer, "new_runs", change.new_runs);
  writer.member("requested_by", change.requested_by);
  writer.end_object();
  return writer.take();
}

std::string api_json(const Selection& selection) {
  JsonWriter writer;
  writer.begin_object();
  writer.key("filter");
  write_filter(writer, selection.filter);
  if (selection.only != Only::all) writer.member("only", only_name(selection.only));
  writer.member("requested_by", selection.requested_by);
  writer.end_object();
  return writer.take();
}

std::string api_json(const RuleRequest& request) {
  const auto& rule = request.rule;
  JsonWriter writer;
  writer.begin_object();
  writer.member("branches", rule.branches);
  writer.key("filter");
  write_filter(writer, rule.filter);
  writer.member("runs", rule.counts.runs);
  writer.member("fail_runs", rule.counts.fail_runs);
  writer.member("flake_runs", rule.counts.flake_runs);
  writer.member("new_runs", rule.counts.new_runs);
  writer.member("superseded", rule.superseded);
  writer.member("schedule", rule.schedule);
  writer.member("schedule_runs", rule.schedule_runs);
  writer.member("schedule_only", only_name(rule.schedule_only));
  writer.member("idle_runs", rule.idle_runs);
  if (request.position) writer.member("position", *request.position);
  writer.member("requested_by", request.requested_by);
  writer.end_object();
  return writer.take();
}

std::string order_done_json(const orders::Done& done) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("revision", done.revision);
  writer.member("id", done.id);
  writer.member("tests", done.tests);
  writer.key("experiments");
  writer.begin_array();
  for (const auto id : done.experiments) writer.value(id);
  writer.end_array();
  writer.end_object();
  return writer.take();
}

}  // namespace testlooper::codec
