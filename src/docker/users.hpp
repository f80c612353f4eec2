// Who a container runs as, from an image's `User` and its own /etc/passwd and /etc/group. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"

namespace testlooper::docker {

struct Owner {
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  bool operator==(const Owner&) const = default;
};

// True where `user` is root by name or number, or nobody was named.
bool is_root(std::string_view user);
// `user` as in a Dockerfile: NAME, UID, or either with :GROUP or :GID. Errors: invalid, where a
// name is not in the files.
Result<Owner> resolve_user(std::string_view user, std::string_view passwd, std::string_view group);

// Groups of which the files say that `user` is a member; none where it names its group itself.
std::vector<std::uint32_t> more_groups(std::string_view user, std::string_view passwd,
                                       std::string_view group);
// The home folder that the files tell; "/" where they don't.
std::string home_of(std::string_view user, std::string_view passwd);

}  // namespace testlooper::docker
