#include "docker/users.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace testlooper::docker {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// The first fields of a line: NAME:PASSWORD:ID:GID in passwd, NAME:PASSWORD:ID in group.
using Fields = std::array<std::string_view, 4>;

Fields fields_of(std::string_view line) {
  Fields fields;
  for (auto& field : fields) {
    const std::size_t colon = line.find(':');
    field = line.substr(0, colon);
    if (colon == line.npos) break;
    line.remove_prefix(colon + 1);
  }
  return fields;
}

// The line whose name or id is `key`.
std::optional<Fields> look_up(std::string_view file, std::string_view key) {
  while (!file.empty()) {
    const std::size_t end = file.find('\n');
    const Fields fields = fields_of(file.substr(0, end));
    if (fields[0] == key || fields[2] == key) return fields;
    if (end == file.npos) break;
    file.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace

bool is_root(std::string_view user) {
  const std::string_view name = user.substr(0, user.find(':'));
  return name.empty() || name == "root" || number(name) == 0;
}

Result<Owner> resolve_user(std::string_view user, std::string_view passwd, std::string_view group) {
  const std::size_t colon = user.find(':');
  const std::string_view name = user.substr(0, colon);
  const auto entry = look_up(passwd, name);
  const auto uid = number(entry ? (*entry)[2] : name);
  if (!uid) return invalid("the image's user " + std::string(name) + " is not in its /etc/passwd");
  if (colon == user.npos) {
    return Owner{*uid, entry ? number((*entry)[3]).value_or(0) : 0};
  }
  const std::string_view group_name = user.substr(colon + 1);
  const auto group_entry = look_up(group, group_name);
  const auto gid = number(group_entry ? (*group_entry)[2] : group_name);
  if (!gid) {
    return invalid("the image's group " + std::string(group_name) + " is not in its /etc/group");
  }
  return Owner{*uid, *gid};
}

}  // namespace testlooper::docker
