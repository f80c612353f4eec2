#include "git/source.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "git/library.hpp"

namespace testlooper::git {
namespace {

constexpr std::array<std::string_view, 5> kSchemes = {"https://", "http://", "ssh://", "git://",
                                                      "file://"};
constexpr std::size_t kHashDigits = 10;

bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
}

// user@host:path, where neither part can be read as a path or as an option.
bool is_ssh_short_form(std::string_view source) {
  const auto at = source.find('@');
  const auto colon = source.find(':');
  return at != std::string_view::npos && colon != std::string_view::npos && at > 0 &&
         at + 1 < colon && colon + 1 < source.size() && is_plain(source[0]) && source[0] != '-' &&
         source.substr(0, colon).find('/') == std::string_view::npos &&
         source.substr(colon).substr(0, 2) != "::";
}

}  // namespace

bool is_url(std::string_view source) {
  return std::ranges::any_of(kSchemes, [&](auto s) { return source.starts_with(s); }) ||
         is_ssh_short_form(source);
}

std::string without_secrets(std::string_view text) {
  std::string clean;
  for (std::size_t mark; (mark = text.find("://")) != std::string_view::npos;) {
    clean += text.substr(0, mark + 3);
    text.remove_prefix(mark + 3);
    const auto authority = text.substr(0, text.find_first_of("/ \t\r\n'\"?#"));
    const auto at = authority.rfind('@');
    if (at == std::string_view::npos) continue;
    // A user alone is no secret over ssh, and a token over https.
    clean += "***";
    text.remove_prefix(at);
  }
  return clean.append(text);
}

std::string clone_folder(std::string_view name, std::string_view url) {
  std::string folder;
  for (const char c : name) folder += is_plain(c) ? c : '_';
  if (folder.empty() || folder[0] == '.' || folder[0] == '-') folder.insert(0, "_");
  folder.resize(std::min<std::size_t>(folder.size(), 100));
  set_up_library();
  const std::string plain = without_secrets(url);
  git_oid id;
  git_odb_hash(&id, plain.data(), plain.size(), GIT_OBJECT_BLOB);
  return fmt::format("{}-{}.git", folder, hex(id).substr(0, kHashDigits));
}

Result<std::string> git_dir_at(const std::string& path) {
  const auto repo = open_source(path);
  if (!repo) return std::unexpected(repo.error());
  std::string folder = git_repository_commondir(repo->get());
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

}  // namespace testlooper::git
