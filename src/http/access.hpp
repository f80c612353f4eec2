// Which role each route needs, in one table. Pure.
#pragma once

#include <optional>

#include "testlooper/domain/login.hpp"

#include "http/router.hpp"

namespace testlooper::http {

enum class Access {
  open,       // to everybody who reaches the server
  signature,  // of a webhook; it has its own check
  viewer,
  runner,
  admin,
};

// A route that the table does not name is an admin's; badges may be public.
Access access_of(Endpoint endpoint, bool public_badges);
// Nothing where the table does not name it; for the test that it names all.
std::optional<Access> named_access(Endpoint endpoint);
// The role that is needed; nothing where none is.
std::optional<Role> needed_role(Access access);

// Why this role may not: what is needed, and how to get it.
std::optional<Refusal> check_role(Role needed, Role has, std::string_view name);

}  // namespace testlooper::http
