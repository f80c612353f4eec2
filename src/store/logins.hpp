// Tokens and sessions as they are stored.
#pragma once

#include <optional>
#include <string>

#include "testlooper/domain/login.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

std::optional<KnownToken> read_token(Connection& db, TokenId id);
std::optional<KnownSession> read_session(Connection& db, SessionId id);
std::int64_t standing_tokens(Connection& db);
std::int64_t lasting_admins(Connection& db);

// `hash_start` has kHashStart digits.
std::optional<KnownLogin> token_login(Connection& db, const std::string& hash_start);
std::optional<KnownLogin> session_login(Connection& db, const std::string& hash_start);

}  // namespace testlooper::store
