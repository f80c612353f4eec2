// The parts that the config and the plan share. Pure; any thread.
#pragma once

#include <string>

#include "testlooper/domain/config.hpp"

#include "codec/yaml.hpp"
#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

// `version` must be 1.
void check_version(Fields& fields);
// `path` names the value in errors.
ImageSpec read_image(const YamlNode& node, const std::string& path, Findings& findings);
// Values are texts as they are written, whatever YAML takes them for; an empty one is "".
Variables read_variables(const YamlNode& node, const std::string& path, Findings& findings);

}  // namespace testlooper::codec
