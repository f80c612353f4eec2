// Changes of tokens and of sessions.
#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "store/changes.hpp"

namespace testlooper::store {

void apply(Applying& in, const change::TokenCreated& change) {
  const auto& token = change.token;
  in.token.value = in.db.insert(
      "INSERT INTO login_tokens (hash, name, role, created_at, created_by, expires_at)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      token.hash, token.name, role_name(token.role), in.now, change.by, token.expires_at);
}

void apply(Applying& in, const change::TokenRevoked& change) {
  const auto revoked =
      in.db.run("UPDATE login_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                in.now, change.token);
  TL_CHECK(revoked == 1);
  in.db.run("DELETE FROM login_sessions WHERE token_id = ?", change.token);
}

void apply(Applying& in, const change::SessionStarted& change) {
  const auto& session = change.session;
  in.db.run("DELETE FROM login_sessions WHERE expires_at <= ?", in.now);
  in.db.run(
      "DELETE FROM login_sessions WHERE token_id = ?1 AND id <= (SELECT id FROM login_sessions"
      " WHERE token_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
      session.token, limits::kSessionsPerToken - 1);
  in.session.value = in.db.insert(
      "INSERT INTO login_sessions (token_id, hash, agent, created_at, expires_at, last_used_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?4)",
      session.token, session.hash, session.agent, in.now, session.expires_at);
  in.db.run("UPDATE login_tokens SET last_used_at = ? WHERE id = ?", in.now, session.token);
}

void apply(Applying& in, const change::SessionEnded& change) {
  in.db.run("DELETE FROM login_sessions WHERE id = ?", change.session);
}

void apply(Applying& in, const change::LoginUsed& change) {
  in.db.run("UPDATE login_tokens SET last_used_at = ? WHERE id = ?", in.now, change.token);
  in.db.run("UPDATE login_sessions SET last_used_at = ? WHERE id = ?", in.now, change.session);
}

}  // namespace testlooper::store
