// Repositories that people add and change through the API.
#include <nlohmann/json.hpp>

#include "codec/api_json.hpp"
#include "codec/json_body.hpp"
#include "codec/json_writer.hpp"
#include "codec/repo_specs.hpp"
#include "codec/server_config.hpp"

namespace testlooper::codec {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kTextBytes = 4'000;

template <typename T>
Result<void> store(Result<T> read, std::optional<T>& target) {
  if (!read) return std::unexpected(read.error());
  target = std::move(*read);
  return {};
}

Result<int> read_count(const Json& json, int most, const std::string& where) {
  const bool fits = json.is_number_integer() && json >= 0 && json <= most;
  if (fits) return json.get<int>();
  return invalid("must be a whole number from 0 (the default) to " + std::to_string(most), where);
}

Result<void> read_setting(const std::string& name, const Json& json, RepoSettings& settings) {
  if (json.is_null()) return {};
  if (name == "config_path")
    return store(read_string(json, kTextBytes, name), settings.config_path);
  if (name == "branch_prefix") {
    return store(read_string(json, kTextBytes, name), settings.branch_prefix);
  }
  if (name == "primary_branch") {
    return store(read_string(json, kTextBytes, name), settings.primary_branch);
  }
  if (name == "scan_depth")
    return store(read_count(json, kMaxScanDepth, name), settings.scan_depth);
  if (name == "fetch_period_s") {
    return store(read_count(json, kMaxFetchPeriodSeconds, name), settings.fetch_period_s);
  }
  return invalid(
      "is not a setting of a repository (config_path, branch_prefix, primary_branch, scan_depth, "
      "fetch_period_s)",
      name);
}

void take(const RepoSettings& settings, RepoSpec& spec) {
  spec.config_path = settings.config_path.value_or(spec.config_path);
  spec.branch_prefix = settings.branch_prefix.value_or("");
  spec.primary_branch = settings.primary_branch.value_or("");
  spec.scan_depth = settings.scan_depth.value_or(0);
  spec.fetch_period_s = settings.fetch_period_s.value_or(0);
}

// The server's own folder is nothing to a person elsewhere.
std::string local_problem(const std::string& source) {
  if (names_url(source)) return {};
  if (!source.starts_with('/')) return "must be a URL, or a whole path that begins with '/'";
  return (source + "/").contains("/../") ? "leads upwards with '..'" : "";
}

Result<RepoSpec> with_name(RepoSpec spec, const std::optional<std::string>& name) {
  if (!name) return spec;
  spec.name = *name;
  if (const auto problem = repo_name_problem(*name); !problem.empty()) {
    return invalid(problem, "name");
  }
  return spec;
}

template <typename T>
void write_member(JsonWriter& writer, std::string_view name, const std::optional<T>& value) {
  if (value) writer.member(name, *value);
}

void write_names(JsonWriter& writer, std::string_view name, const std::vector<std::string>& names) {
  writer.key(name);
  writer.begin_array();
  for (const auto& each : names) writer.value(each);
  writer.end_array();
}

void write_settings(JsonWriter& writer, const RepoSettings& settings) {
  write_member(writer, "config_path", settings.config_path);
  write_member(writer, "branch_prefix", settings.branch_prefix);
  write_member(writer, "primary_branch", settings.primary_branch);
  write_member(writer, "scan_depth", settings.scan_depth);
  write_member(writer, "fetch_period_s", settings.fetch_period_s);
}

}  // namespace

Result<RepoSettings> parse_repo_settings(std::string_view body) {
  const auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  auto settings = read_members(*json, RepoSettings{}, read_setting);
  if (settings && settings->config_path == "") settings->config_path = RepoSpec{}.config_path;
  if (settings && settings->config_path) {
    const auto path = checked_config_path(*settings->config_path);
    if (!path) return std::unexpected(path.error());
    settings->config_path = *path;
  }
  return settings;
}

Result<RepoSpec> parse_repo_request(std::string_view body) {
  auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  if (!json->contains("source")) return invalid("is missing: a path or a URL", "source");
  const auto source = read_string((*json)["source"], kTextBytes, "source");
  if (!source) return std::unexpected(source.error());
  std::optional<std::string> name;
  if (json->contains("name") && !(*json)["name"].is_null()) {
    if (auto read = store(read_string((*json)["name"], kTextBytes, "name"), name); !read) {
      return std::unexpected(read.error());
    }
  }
  json->erase("source");
  json->erase("name");
  const auto settings = parse_repo_settings(json->dump());
  if (!settings) return std::unexpected(settings.error());
  const auto address = parse_named_source(*source);
  if (!address) return address;
  if (const auto problem = local_problem(address->source); !problem.empty()) {
    return invalid(problem, "source");
  }
  auto spec = name ? address : parse_repo_source(*source);
  if (!spec) return spec;
  take(*settings, *spec);
  return with_name(std::move(*spec), name);
}

std::string api_json(const RepoSettings& settings) {
  JsonWriter writer;
  writer.begin_object();
  write_settings(writer, settings);
  writer.end_object();
  return writer.take();
}

std::string repo_request_json(const std::string& source, const std::string& name,
                              const RepoSettings& settings) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("source", source);
  if (!name.empty()) writer.member("name", name);
  write_settings(writer, settings);
  writer.end_object();
  return writer.take();
}

std::string api_json(const RepoAdded& added) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("revision", added.revision);
  writer.member("repo", added.repo);
  writer.member("hook", added.hook);
  writer.end_object();
  return writer.take();
}

std::string api_json(const ReloadReport& report) {
  JsonWriter writer;
  writer.begin_object();
  write_names(writer, "added", report.added);
  write_names(writer, "changed", report.changed);
  write_names(writer, "removed", report.removed);
  write_names(writer, "warnings", report.warnings);
  writer.end_object();
  return writer.take();
}

}  // namespace testlooper::codec
