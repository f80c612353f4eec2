// The description of the API, src/http/openapi.json, built into the program.
#pragma once

#include <string_view>

namespace testlooper::http {

std::string_view openapi_document();

}  // namespace testlooper::http
