#include "codec/config_text.hpp"

#include <fmt/format.h>

#include "codec/checks.hpp"
#include "codec/repo_values.hpp"
#include "codec/utf8.hpp"
#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

Result<Config> parse_config(std::string_view text, const std::string& where) {
  const auto document = parse_yaml(text, where, {.bytes = limits::kConfigBytes});
  if (!document) return std::unexpected(document.error());
  const auto root = document->root();
  if (root.is_null()) return invalid("the file is empty", fmt::format("{}:1", where));

  Findings findings(where);
  Fields fields(root, "",
                {{"version"},
                 {"name"},
                 {"image"},
                 {"command", "generate-test-plan"},
                 {"primary-branch"},
                 {"os"},
                 {"variables"}},
                findings);
  check_version(fields);
  Config config;
  config.name = fields.required_text("name");
  if (const auto name = fields.get("name")) {
    if (const auto problem = name_problem(config.name); !problem.empty()) {
      findings.error(name->line(), fmt::format("'name' {}", problem));
    }
  }
  if (const auto image = fields.require("image")) {
    config.image = read_image(*image, "image", findings);
  }
  config.command = fields.required_text("command");
  config.primary_branch = fields.text("primary-branch");
  config.os = fields.text("os");
  if (const auto os = fields.get("os"); os && config.os != "linux") {
    findings.warn(os->line(),
                  fmt::format("'os' {} is not supported: it is tested on linux", os->describe()));
  }
  if (const auto variables = fields.get("variables")) {
    config.variables = read_variables(*variables, "variables", findings);
  }
  if (!findings.ok()) return findings.failure();
  config.warnings = findings.take_warnings();
  return config;
}

}  // namespace testlooper::codec
