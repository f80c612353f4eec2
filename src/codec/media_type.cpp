#include "codec/media_type.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace testlooper::codec {

std::string_view safe_media_type(std::string_view path) {
  constexpr std::string_view kText = "text/plain; charset=utf-8";
  // HTML and SVG are missing on purpose: both can have scripts.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes = {{
      {"txt", kText},
      {"log", kText},
      {"json", kText},
      {"xml", kText},
      {"csv", kText},
      {"md", kText},
      {"yaml", kText},
      {"yml", kText},
      {"diff", kText},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"jpeg", "image/jpeg"},
      {"gif", "image/gif"},
      {"webp", "image/webp"},
  }};
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  std::string ending(dot == name.npos ? "" : name.substr(dot + 1));
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found = std::ranges::find(kTypes, ending, [](const auto& each) { return each.first; });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

}  // namespace testlooper::codec
