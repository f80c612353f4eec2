#include "codec/request_body.hpp"

#include <algorithm>
#include <array>

#include "testlooper/base/limits.hpp"

#include "codec/condition_text.hpp"
#include "codec/names.hpp"

namespace testlooper::codec {
namespace {

using Strings = std::vector<std::string>;

constexpr std::size_t kNameBytes = 100;
constexpr std::array<std::string_view, 4> kOnly{"all", "failed", "flaky", "new"};

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
  if (json.is_null()) return {};
  if (name == "suites") return put(read_strings(json, where), filter.suites);
  if (name == "labels") return put(read_strings(json, where), filter.labels);
  if (name == "paths") return put(read_strings(json, where), filter.paths);
  if (name == "tests") return put(read_strings(json, where), filter.tests);
  if (name == "regex") return put(read_string(json, limits::kRegexBytes, where), filter.regex);
  return invalid("is not a part of a filter (suites, labels, paths, regex, tests)", where);
}

void write_strings(JsonWriter& writer, std::string_view name, const std::optional<Strings>& list) {
  if (!list) return;
  writer.key(name);
  writer.begin_array();
  for (const auto& text : *list) writer.value(text);
  writer.end_array();
}

}  // namespace

Result<TestFilter> read_filter(const Json& json) {
  if (!json.is_object()) return invalid("must be an object", "filter");
  TestFilter filter;
  for (const auto& [name, value] : json.items()) {
    if (auto read = read_filter_member(name, value, filter); !read) {
      return std::unexpected(read.error());
    }
  }
  return filter;
}

Result<Only> read_only(const Json& json, const std::string& where) {
  if (json.is_null()) return Only::all;
  for (std::size_t i = 0; i < kOnly.size(); ++i) {
    if (json == std::string(kOnly[i])) return static_cast<Only>(i);
  }
  return invalid("must be \"all\", \"failed\", \"flaky\" or \"new\"", where);
}

Result<std::optional<Isolation>> read_isolation(const Json& json, const std::string& where) {
  if (json.is_null()) return std::optional<Isolation>{};
  const auto isolation = json.is_string() ? isolation_named(json.get_ref<const std::string&>())
                                          : std::optional<Isolation>{};
  if (!isolation) return invalid("must be \"container\", \"sandbox\" or \"auto\"", where);
  return isolation;
}

Result<std::string> read_requested_by(const Json& json) {
  return read_string(json, kNameBytes, "requested_by");
}

Result<Condition> read_condition(const Json& json, const std::string& where) {
  if (json.is_null()) return Condition{};
  const auto words = read_strings(json, where);
  if (!words) return std::unexpected(words.error());
  return parse_condition(*words);
}

Result<bool> read_flag(const Json& json, const std::string& where) {
  if (!json.is_boolean()) return invalid("must be true or false", where);
  return json.get<bool>();
}

Result<std::int64_t> read_count(const Json& json, std::int64_t least, const std::string& where) {
  const bool fits = json.is_number_integer() && json >= least && json <= limits::kRunsPerRequest;
  if (!fits) {
    return invalid("must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(limits::kRunsPerRequest),
                   where);
  }
  return json.get<std::int64_t>();
}

void write_filter(JsonWriter& writer, const TestFilter& filter) {
  writer.begin_object();
  write_strings(writer, "suites", filter.suites);
  write_strings(writer, "labels", filter.labels);
  write_strings(writer, "paths", filter.paths);
  if (filter.regex) writer.member("regex", *filter.regex);
  write_strings(writer, "tests", filter.tests);
  writer.end_object();
}

void write_condition(JsonWriter& writer, const Condition& condition) {
  if (condition.plain()) return;
  writer.key("condition");
  writer.begin_array();
  for (const auto& word : condition_words(condition)) writer.value(word);
  writer.end_array();
}

std::string_view only_name(Only only) { return kOnly.at(static_cast<std::size_t>(only)); }

}  // namespace testlooper::codec
