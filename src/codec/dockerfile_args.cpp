#include "codec/dockerfile_args.hpp"

#include <array>

namespace testlooper::codec {
namespace {

constexpr std::array<std::string_view, 8> kGivenByBuildKit = {
    "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT",
    "BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",  "BUILDVARIANT"};

// Defaults build upon each other; a chain of doublings must end somewhere.
constexpr std::size_t kValueBytes = 4'000;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t name_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && is_name_character(text[size])) ++size;
  return size;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == text.back() && (text[0] == '"' || text[0] == '\'')) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

void DockerfileArgs::declare(const std::vector<std::string>& words) {
  for (const std::string_view word : words) {
    const auto equals = word.find('=');
    if (equals == word.npos) continue;
    if (auto value = expand(unquoted(word.substr(equals + 1)))) {
      values_[std::string(word.substr(0, equals))] = std::move(*value);
    }
  }
}

std::optional<std::string> DockerfileArgs::expand(std::string_view text) const {
  std::string result;
  text = unquoted(text);
  while (!text.empty()) {
    const auto dollar = text.find('$');
    result += text.substr(0, dollar);
    if (dollar == text.npos) break;
    text.remove_prefix(dollar + 1);
    std::string_view reference = text.substr(0, name_size(text));
    text.remove_prefix(reference.size());
    if (reference.empty() && text.starts_with('{')) {
      const auto end = text.find('}');
      if (end == text.npos) return std::nullopt;
      reference = text.substr(1, end - 1);
      text.remove_prefix(end + 1);
    }
    const auto value = value_of(reference);
    if (!value || result.size() + value->size() > kValueBytes) return std::nullopt;
    result += *value;
  }
  return result.size() > kValueBytes ? std::nullopt : std::optional(result);
}

std::optional<std::string> DockerfileArgs::value_of(std::string_view reference) const {
  const auto name = reference.substr(0, name_size(reference));
  auto rest = reference.substr(name.size());
  const auto found = values_.find(name);
  const bool colon = rest.starts_with(':');
  if (colon) rest.remove_prefix(1);
  const bool set = found != values_.end() && !(colon && found->second.empty());
  if (rest.empty() && !colon && set) return found->second;
  if (rest.starts_with('-')) return set ? found->second : std::string(rest.substr(1));
  if (rest.starts_with('+')) return set ? std::string(rest.substr(1)) : std::string();
  return std::nullopt;
}

std::string DockerfileArgs::given_by_buildkit(std::string_view text) const {
  for (const auto name : kGivenByBuildKit) {
    if (values_.contains(name)) continue;
    for (auto at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
      const auto before = text.substr(0, at);
      if (before.ends_with('$') || before.ends_with("${")) return std::string(name);
    }
  }
  return {};
}

}  // namespace testlooper::codec
