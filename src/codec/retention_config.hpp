// Reads `retention` of the server's configuration: how long what is kept, for all repositories and
// for single ones. Pure; any thread.
#pragma once

#include "testlooper/domain/retention.hpp"

#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

// `repos` are the names of those that the configuration has; others are warned of.
RetentionConfig read_retention(const YamlNode& node, const std::vector<std::string>& repos,
                               Findings& findings);

}  // namespace testlooper::codec
