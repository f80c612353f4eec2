// Percent-encoding (RFC 3986, section 2.1). Pure.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::net {

// One segment of a path, or a value in a query.
std::string percent_encoded(std::string_view text);

}  // namespace testlooper::net
