#include "codec/repo_specs.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "codec/checks.hpp"
#include "codec/server_config.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kRepoNameBytes = 100;
constexpr std::array<std::string_view, 5> kSchemes = {"https://", "http://", "ssh://", "git://",
                                                      "file://"};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

// Names are a part of URLs and of file names.
std::string repo_name_problem(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kRepoNameBytes) return fmt::format("is longer than {} bytes", kRepoNameBytes);
  if (!std::ranges::all_of(name, is_name_character)) {
    return "may hold letters, digits, '-', '_' and '.' only";
  }
  if (name.starts_with('.') || name.starts_with('-')) return "begins with '.' or '-'";
  return {};
}

namespace {

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// "user@host:path", as ssh and git take it.
bool is_scp_like(std::string_view url) {
  const auto at = url.find('@');
  const auto colon = url.find(':');
  return at != url.npos && colon != url.npos && at > 0 && at < colon && !url.starts_with('-') &&
         !url.substr(0, colon).contains('/');
}

// Of a URL with "://"; programs may take one that begins with '-' for an option.
std::string_view host_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  const auto authority = url.substr(0, url.find('/'));
  return authority.substr(authority.rfind('@') + 1);
}

std::string url_problem(std::string_view url) {
  const bool known =
      std::ranges::any_of(kSchemes, [&](auto scheme) { return url.starts_with(scheme); });
  if (!known && !is_scp_like(url)) {
    return "must begin with https://, http://, ssh://, git:// or file://, or be user@host:path";
  }
  if (known && host_of(url).starts_with('-')) return "names a host that begins with '-'";
  return has_control_character(url) ? "holds a control character" : "";
}

// "/srv/git/demo.git/" is called "demo".
std::string name_from(std::string_view source) {
  while (source.ends_with('/')) source.remove_suffix(1);
  if (source.ends_with("/.git")) source.remove_suffix(5);
  source = source.substr(source.find_last_of("/:") + 1);
  if (source.ends_with(".git")) source.remove_suffix(4);
  return std::string(source);
}

std::string read_url(Fields& fields, std::string_view name) {
  auto url = fields.text(name);
  if (const auto node = fields.get(name)) {
    if (const auto problem = url_problem(url); !problem.empty()) {
      fields.findings().error(node->line(), fmt::format("'{}' {}", fields.path_of(name), problem));
    }
  }
  return url;
}

// A path on the server's machine.
std::string path_problem(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.starts_with('~')) return "begins with '~', which is not expanded; write the whole path";
  if (path.starts_with('-')) return "begins with '-'";
  return has_control_character(path) ? "holds a control character" : "";
}

// What both forms have.
void read_common(Fields& fields, std::string_view primary_branch, RepoSpec& spec) {
  auto& findings = fields.findings();
  if (const auto node = fields.get("config_path")) {
    spec.config_path = fields.text("config_path");
    if (const auto problem = repo_path_problem(spec.config_path); !problem.empty()) {
      findings.error(node->line(), fmt::format("'{}' {}", fields.path_of("config_path"), problem));
    }
    spec.config_path = clean_repo_path(spec.config_path);
  }
  spec.branch_prefix = fields.text("branch_prefix");
  spec.primary_branch = fields.text(primary_branch);
  if (const auto node = fields.get("scan_depth")) {
    spec.scan_depth = static_cast<int>(
        read_whole_number(*node, fields.path_of("scan_depth"), 1, kMaxScanDepth, findings));
  }
}

void take_name(Fields& fields, std::string_view key, RepoSpec& spec) {
  spec.name = fields.get(key) ? fields.text(key) : name_from(spec.source);
  if (const auto problem = repo_name_problem(spec.name); !problem.empty()) {
    const auto node = fields.get(key);
    fields.findings().error(node ? node->line() : fields.line(),
                            fmt::format("'{}' {}: {}", fields.path_of(key), problem,
                                        quoted_for_people(spec.name, kRepoNameBytes)));
  }
}

RepoSpec read_listed(const YamlNode& node, const std::string& path, Findings& findings) {
  Fields fields(node, path,
                {{"name"},
                 {"path"},
                 {"url"},
                 {"config_path"},
                 {"branch_prefix"},
                 {"primary_branch"},
                 {"scan_depth"},
                 {"fetch_period_s"}},
                findings);
  RepoSpec spec;
  const auto local = fields.get("path");
  const auto url = fields.get("url");
  if (local && url) {
    findings.error(url->line(),
                   fmt::format("'{}' has both 'path' and 'url'; one of them is enough", path));
  } else if (!local && !url && node.is_map()) {
    findings.error(fields.line(), fmt::format("'{}' needs 'path' or 'url'", path));
  }
  spec.source = local ? read_path(fields, "path") : read_url(fields, "url");
  if (local || url) take_name(fields, "name", spec);
  read_common(fields, "primary_branch", spec);
  if (const auto period = fields.get("fetch_period_s")) {
    spec.fetch_period_s = static_cast<int>(read_whole_number(
        *period, fields.path_of("fetch_period_s"), 1, kMaxFetchPeriodSeconds, findings));
  }
  return spec;
}

// Where both are given, the URL is the repository and the path was the Python TestLooper's clone.
RepoSpec read_python_repo(Fields& top) {
  RepoSpec spec;
  const auto local = top.get("repo_path");
  const auto url = read_url(top, "repo_url");
  spec.source = url.empty() ? read_path(top, "repo_path") : url;
  if (local && !url.empty()) {
    top.findings().warn(local->line(),
                        "'repo_path' is not used: 'repo_url' is cloned into the data folder");
  }
  take_name(top, "repo_name", spec);
  read_common(top, "repo_initial_branch", spec);
  return spec;
}

}  // namespace

std::string read_path(Fields& fields, std::string_view name) {
  auto path = fields.text(name);
  if (const auto node = fields.get(name)) {
    if (const auto problem = path_problem(path); !problem.empty()) {
      fields.findings().error(node->line(), fmt::format("'{}' {}", fields.path_of(name), problem));
    }
  }
  return path;
}

bool names_url(std::string_view source) { return source.contains("://") || is_scp_like(source); }

Result<RepoSpec> parse_named_source(const std::string& source) {
  const auto problem = names_url(source) ? url_problem(source) : path_problem(source);
  if (!problem.empty()) return invalid(fmt::format("the repository's address {}", problem), source);
  RepoSpec spec;
  spec.source = source;
  return spec;
}

Result<std::string> checked_config_path(const std::string& path) {
  const auto problem = repo_path_problem(path);
  if (!problem.empty()) return invalid(problem, "config_path");
  return clean_repo_path(path);
}

Result<RepoSpec> parse_repo_source(const std::string& source) {
  auto parsed = parse_named_source(source);
  if (!parsed) return parsed;
  auto& spec = *parsed;
  spec.name = name_from(source);
  const auto problem = repo_name_problem(spec.name);
  if (problem.empty()) return spec;
  return invalid(fmt::format("the name of the repository {}: {}", problem,
                             quoted_for_people(spec.name, kRepoNameBytes)),
                 source);
}

std::vector<RepoSpec> read_repo_specs(Fields& top) {
  auto& findings = top.findings();
  std::vector<RepoSpec> specs;
  const auto add = [&](RepoSpec spec, int line) {
    if (std::ranges::find(specs, spec.name, &RepoSpec::name) != specs.end()) {
      findings.error(line,
                     fmt::format("two repositories are called '{}'; give one a 'name'", spec.name));
    }
    specs.push_back(std::move(spec));
  };
  const auto python = top.get("repo_path") ? top.get("repo_path") : top.get("repo_url");
  if (python) {
    add(read_python_repo(top), python->line());
  } else {
    for (const auto name :
         {"repo_name", "config_path", "branch_prefix", "repo_initial_branch", "scan_depth"}) {
      if (const auto node = top.get(name)) {
        findings.warn(node->line(), fmt::format("'{}' is ignored: it goes with 'repo_path'; below "
                                                "'repos' each repository has its own",
                                                name));
      }
    }
  }
  const auto list = top.get("repos");
  if (!list) return specs;
  if (!list->is_list()) {
    findings.error(list->line(),
                   fmt::format("'repos' must be a list, and is {}", list->describe()));
  }
  int number = 0;
  for (const auto& item : list->items()) {
    auto spec = read_listed(item, fmt::format("repos[{}]", number++), findings);
    if (findings.ok()) add(std::move(spec), item.line());
  }
  return specs;
}

}  // namespace testlooper::codec
