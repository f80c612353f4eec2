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

// The first fields of a line: NAME:PASSWORD:ID:GID:COMMENT:HOME in passwd,
// NAME:PASSWORD:ID:MEMBERS in group.
using Fields = std::array<std::string_view, 6>;

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

namespace {

bool names(std::string_view members, std::string_view user) {
  while (!members.empty()) {
    const std::size_t comma = members.find(',');
    if (members.substr(0, comma) == user) return true;
    if (comma == members.npos) break;
    members.remove_prefix(comma + 1);
  }
  return false;
}

// As a line of passwd has it, where there is one.
std::optional<Fields> entry_of(std::string_view user, std::string_view passwd) {
  const std::string_view name = user.substr(0, user.find(':'));
  return look_up(passwd, name.empty() ? "root" : name);
}

}  // namespace

std::vector<std::uint32_t> more_groups(std::string_view user, std::string_view passwd,
                                       std::string_view group) {
  std::vector<std::uint32_t> found;
  const auto entry = entry_of(user, passwd);
  if (!entry || user.find(':') != user.npos) return found;
  while (!group.empty()) {
    const std::size_t end = group.find('\n');
    const Fields fields = fields_of(group.substr(0, end));
    const auto id = number(fields[2]);
    if (id && names(fields[3], (*entry)[0])) found.push_back(static_cast<std::uint32_t>(*id));
    if (end == group.npos) break;
    group.remove_prefix(end + 1);
  }
  return found;
}

std::string home_of(std::string_view user, std::string_view passwd) {
  const auto entry = entry_of(user, passwd);
  return entry && !(*entry)[5].empty() ? std::string((*entry)[5]) : "/";
}

}  // namespace testlooper::docker
