// As what a file that somebody's program wrote may be served: a type that no browser runs anything
// of. Pure.
#pragma once

#include <string_view>

namespace testlooper::codec {

// By the ending of its name: plain text, a picture without scripts, or just bytes.
std::string_view safe_media_type(std::string_view path);

}  // namespace testlooper::codec
