#include "codec/repo_values.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "codec/checks.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kShownBytes = 80;
// docs/specs/Repo_Configuration_Spec.md has the table of who sets which.
constexpr std::array<std::string_view, 6> kOurVariables = {
    "REPO_ROOT", "TEST_PLAN_OUTPUT", "BUILD_OUTPUT", "TEST_LIST", "TEST_INPUT", "TEST_OUTPUT"};

ImageSpec unsupported(std::string why) {
  ImageSpec spec;
  spec.source = ImageSource::unsupported;
  spec.unsupported = std::move(why);
  return spec;
}

std::string checked(const YamlNode& node, const std::string& what, Findings& findings,
                    std::string (*problem_of)(std::string_view)) {
  auto text = read_text(node, what, findings);
  if (const auto problem = problem_of(text); !problem.empty()) {
    findings.error(node.line(),
                   fmt::format("'{}' {}: {}", what, problem, quoted_for_people(text, kShownBytes)));
  }
  return text;
}

ImageSpec read_docker_image(const YamlNode& node, const std::string& path, Findings& findings) {
  const Fields fields(node, path, {{"image"}, {"dockerfile"}, {"with-docker"}}, findings);
  ImageSpec spec;
  const auto name = fields.get("image");
  const auto dockerfile = fields.get("dockerfile");
  if (name && dockerfile) {
    findings.error(
        dockerfile->line(),
        fmt::format("'{}' has both 'image' and 'dockerfile'; one of them is enough", path));
  } else if (name) {
    spec.name = checked(*name, fields.path_of("image"), findings, image_name_problem);
  } else if (dockerfile) {
    spec.source = ImageSource::dockerfile;
    spec.dockerfile = clean_repo_path(
        checked(*dockerfile, fields.path_of("dockerfile"), findings, repo_path_problem));
    if (spec.dockerfile == ".") spec.dockerfile = "Dockerfile";
  } else if (node.is_map()) {
    findings.error(fields.line(), fmt::format("'{}' needs 'image' or 'dockerfile'", path));
  }
  if (const auto flag = fields.get("with-docker")) {
    spec.with_docker = read_flag(*flag, fields.path_of("with-docker"), findings);
  }
  return spec;
}

}  // namespace

void check_version(Fields& fields) {
  const auto version = fields.require("version");
  if (!version || version->text() == "1" || version->text() == "1.0") return;
  fields.findings().error(
      version->line(), fmt::format("version {} is not known; version 1 is", version->describe()));
}

ImageSpec read_image(const YamlNode& node, const std::string& path, Findings& findings) {
  if (node.is_scalar()) {
    findings.error(node.line(),
                   fmt::format("'{}' must be a map; write '{}: {{docker: {{image: {}}}}}'", path,
                               path, node.text().substr(0, kShownBytes)));
    return {};
  }
  const Fields fields(node, path, {{"docker"}, {"aws-ami", "base-ami"}}, findings);
  const auto docker = fields.get("docker");
  const auto ami = fields.get("aws-ami");
  if (docker) {
    if (ami)
      findings.warn(ami->line(), fmt::format("'{}' has a docker image; its ami is ignored", path));
    if (!docker->is_scalar()) return read_docker_image(*docker, fields.path_of("docker"), findings);
    findings.error(docker->line(),
                   fmt::format("'{}' must be a map with 'image' or 'dockerfile', and is {}",
                               fields.path_of("docker"), docker->describe()));
    return {};
  }
  if (ami) {
    return unsupported("images of type aws-ami cannot be used here: only docker images run");
  }
  if (node.is_map()) findings.error(fields.line(), fmt::format("'{}' needs 'docker'", path));
  return {};
}

Variables read_variables(const YamlNode& node, const std::string& path, Findings& findings) {
  Variables variables;
  if (!node.is_map()) {
    findings.error(node.line(),
                   fmt::format("'{}' must be a map, and is {}", path, node.describe()));
  }
  for (const auto& [key, value] : node.entries()) {
    const std::string name(key.text());
    if (const auto problem = variable_name_problem(name); !problem.empty()) {
      findings.error(key.line(), fmt::format("a name in '{}' {}: {}", path, problem,
                                             quoted_for_people(name, kShownBytes)));
    }
    if (std::ranges::find(kOurVariables, name) != kOurVariables.end()) {
      findings.warn(key.line(), fmt::format("'{}.{}' is not used: TestLooper sets {} itself", path,
                                            name, name));
    }
    variables[name] =
        value.is_null() ? "" : read_text(value, fmt::format("{}.{}", path, name), findings);
  }
  return variables;
}

}  // namespace testlooper::codec
