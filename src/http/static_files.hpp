// Picks the embedded page for a path. The pages of the web application share index.html and find
// their way by the path themselves. Pure.
#pragma once

#include <span>
#include <string_view>

#include "http/assets.hpp"
#include "http/guard.hpp"
#include "http/response.hpp"

namespace testlooper::http {

Response static_response(std::span<const Asset> assets, std::string_view path, const Head& head);

}  // namespace testlooper::http
