#include "codec/plan_text.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "codec/checks.hpp"
#include "codec/names.hpp"
#include "codec/plan_graph.hpp"
#include "codec/repo_values.hpp"
#include "codec/utf8.hpp"
#include "codec/yaml_fields.hpp"

namespace testlooper::codec {
namespace {

class PlanReader {
 public:
  explicit PlanReader(const std::string& where) : findings_(where) {}

  Result<TestPlan> read(const YamlNode& root) {
    Fields fields(root, "", {{"version"}, {"environments"}, {"builds"}, {"suites"}}, findings_);
    check_version(fields);
    read_section(fields, "environments", &PlanReader::read_environment, plan_.environments);
    read_section(fields, "builds", &PlanReader::read_build, plan_.builds);
    read_section(fields, "suites", &PlanReader::read_suite, plan_.suites);
    if (findings_.ok()) check_references(plan_, lines_, findings_);
    if (findings_.ok()) check_build_order(plan_, lines_, findings_);
    if (!findings_.ok()) return findings_.failure();
    warn_of_unused_builds(plan_, lines_, findings_);
    if (plan_.suites.empty()) findings_.warn(fields.line(), "the plan has no suites");
    plan_.warnings = findings_.take_warnings();
    return std::move(plan_);
  }

 private:
  template <typename Item>
  void read_section(const Fields& top, const std::string& section,
                    Item (PlanReader::*read_item)(const YamlNode&, const std::string&),
                    std::vector<Item>& items) {
    const auto node = top.get(section);
    if (!node) return;
    if (!node->is_map()) {
      return findings_.error(
          node->line(), fmt::format("'{}' must be a map, and is {}", section, node->describe()));
    }
    for (const auto& [key, value] : node->entries()) {
      const std::string name(key.text());
      if (const auto problem = name_problem(name); !problem.empty()) {
        findings_.error(key.line(), fmt::format("a name in '{}' {}: {}", section, problem,
                                                quoted_for_people(name, 80)));
      }
      items.push_back((this->*read_item)(value, section + "." + name));
      items.back().name = name;
    }
    std::ranges::sort(items, {}, &Item::name);
  }

  Environment read_environment(const YamlNode& node, const std::string& path) {
    Fields fields(node, path,
                  {{"image"}, {"variables"}, {"min-ram-gb"}, {"min-cores"}, {"custom-setup"}},
                  findings_);
    Environment environment;
    if (const auto image = fields.require("image")) {
      environment.image = read_image(*image, fields.path_of("image"), findings_);
    }
    if (const auto variables = fields.get("variables")) {
      environment.variables = read_variables(*variables, fields.path_of("variables"), findings_);
    }
    if (const auto ram = fields.get("min-ram-gb")) {
      environment.min_ram_gb =
          read_number(*ram, fields.path_of("min-ram-gb"), 0, limits::kMaxRamGb, findings_);
    }
    if (const auto cores = fields.get("min-cores")) {
      environment.min_cores =
          read_number(*cores, fields.path_of("min-cores"), 0, limits::kMaxCores, findings_);
    }
    environment.custom_setup = fields.text("custom-setup");
    return environment;
  }

  Build read_build(const YamlNode& node, const std::string& path) {
    Fields fields(node, path, {{"environment"}, {"dependencies"}, {"command"}, {"inputs"}},
                  findings_);
    Build build;
    build.environment = environment_of(fields);
    build.dependencies = dependencies_of(fields);
    build.command = fields.required_text("command");
    if (const auto inputs = fields.get("inputs")) build.inputs = inputs_of(*inputs, fields);
    return build;
  }

  // Sorted, each once; absent where they are all files.
  std::optional<std::vector<std::string>> inputs_of(const YamlNode& node, const Fields& fields) {
    const auto what = fields.path_of("inputs");
    std::vector<std::string> inputs;
    for (const auto& text : read_texts(node, what, findings_)) {
      if (const auto problem = repo_path_problem(text); !problem.empty()) {
        findings_.error(node.line(),
                        fmt::format("'{}' {}: {}", what, problem, quoted_for_people(text, 80)));
      }
      inputs.push_back(clean_repo_path(text));
    }
    if (std::ranges::find(inputs, ".") != inputs.end()) return std::nullopt;
    std::ranges::sort(inputs);
    inputs.erase(std::ranges::unique(inputs).begin(), inputs.end());
    return inputs;
  }

  Suite read_suite(const YamlNode& node, const std::string& path) {
    Fields fields(node, path,
                  {{"kind"},
                   {"environment"},
                   {"dependencies"},
                   {"list-tests"},
                   {"run-tests"},
                   {"repeat-tests"},
                   {"timeout"},
                   {"isolation"}},
                  findings_);
    Suite suite;
    suite.kind = kind_of(fields);
    suite.environment = environment_of(fields);
    suite.dependencies = dependencies_of(fields);
    suite.list_tests = fields.required_text("list-tests");
    suite.run_tests = fields.required_text("run-tests");
    suite.repeat_tests = fields.text("repeat-tests");
    if (const auto timeout = fields.get("timeout")) suite.timeout = timeout_of(*timeout, fields);
    if (const auto wish = fields.get("isolation")) suite.isolation = isolation_of(*wish, fields);
    return suite;
  }

  std::string environment_of(Fields& fields) {
    if (const auto node = fields.get("environment")) {
      lines_[fields.path_of("environment")] = node->line();
    }
    return fields.required_text("environment");
  }

  std::map<std::string, std::string> dependencies_of(const Fields& fields) {
    std::map<std::string, std::string> dependencies;
    const auto node = fields.get("dependencies");
    if (!node) return dependencies;
    const auto path = fields.path_of("dependencies");
    if (!node->is_map()) {
      findings_.error(node->line(), fmt::format("'{}' must be a map of 'build: path', and is {}",
                                                path, node->describe()));
    }
    std::set<std::string> mounts;
    for (const auto& [key, value] : node->entries()) {
      const std::string build(key.text());
      const auto what = path + "." + build;
      const auto written = read_text(value, what, findings_);
      if (const auto problem = mount_path_problem(written); !problem.empty()) {
        findings_.error(value.line(), fmt::format("'{}' {}", what, problem));
      }
      auto mount = clean_mount_path(written);
      if (!mounts.insert(mount).second) {
        findings_.error(value.line(), fmt::format("'{}' has two builds at one path: {}", path,
                                                  quoted_for_people(mount, 80)));
      }
      check_nesting(mounts, mount, value.line(), path);
      lines_[what] = key.line();
      dependencies[build] = std::move(mount);
    }
    return dependencies;
  }

  // What is read-only can't get a folder for another mount.
  void check_nesting(const std::set<std::string>& mounts, const std::string& mount, int line,
                     const std::string& path) {
    for (const auto& other : mounts) {
      if (!other.starts_with(mount + "/") && !mount.starts_with(other + "/")) continue;
      findings_.error(line,
                      fmt::format("'{}' has a build at a path within another's: {} and {}", path,
                                  quoted_for_people(other, 80), quoted_for_people(mount, 80)));
    }
  }

  std::string kind_of(Fields& fields) {
    const auto node = fields.get("kind");
    if (!node) return "unit";
    auto kind = fields.text("kind");
    if (kind != "unit" && kind != "perf") {
      findings_.warn(node->line(), fmt::format("'{}' is neither unit nor perf: {}",
                                               fields.path_of("kind"), node->describe()));
    }
    return kind;
  }

  std::optional<Isolation> isolation_of(const YamlNode& node, Fields& fields) {
    const auto isolation = isolation_named(fields.text("isolation"));
    if (!isolation) {
      findings_.error(node.line(), fmt::format("'{}' must be container, sandbox or auto, and is {}",
                                               fields.path_of("isolation"), node.describe()));
    }
    return isolation;
  }

  // Seconds; a fraction is rounded up, so that no wish becomes "at once".
  Seconds timeout_of(const YamlNode& node, const Fields& fields) {
    const auto path = fields.path_of("timeout");
    const auto seconds = read_number(node, path, 0, limits::kMaxTimeoutSeconds, findings_);
    if (seconds <= 0) findings_.error(node.line(), fmt::format("'{}' must be above 0", path));
    return Seconds{static_cast<std::int64_t>(std::ceil(seconds))};
  }

  Findings findings_;
  TestPlan plan_;
  PlanLines lines_;
};

}  // namespace

Result<TestPlan> parse_plan(std::string_view text, const std::string& where) {
  const auto document = parse_yaml(text, where, {.bytes = limits::kPlanBytes});
  if (!document) return std::unexpected(document.error());
  if (document->root().is_null()) return invalid("the plan is empty", fmt::format("{}:1", where));
  return PlanReader(where).read(document->root());
}

}  // namespace testlooper::codec
