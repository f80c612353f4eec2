#include "store/logins.hpp"

#include "testlooper/base/check.hpp"

#include "codec/names.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

Role role(std::string_view name) {
  const auto found = codec::role_named(name);
  TL_CHECK(found);
  return *found;
}

std::optional<KnownLogin> one_login(Query rows) {
  if (!rows.next()) return std::nullopt;
  return KnownLogin{rows.id<TokenId>(0), rows.id<SessionId>(1), rows.text(2),         rows.text(3),
                    role(rows.view(4)),  rows.optional_time(5), rows.optional_time(6)};
}

}  // namespace

std::optional<KnownToken> read_token(Connection& db, TokenId id) {
  auto row = db.query(
      "SELECT name, role, expires_at, revoked_at IS NOT NULL FROM login_tokens WHERE id = ?", id);
  if (!row.next()) return std::nullopt;
  return KnownToken{row.text(0), role(row.view(1)), row.optional_time(2), row.boolean(3)};
}

std::optional<KnownSession> read_session(Connection& db, SessionId id) {
  auto row = db.query(
      "SELECT s.token_id, t.name FROM login_sessions s JOIN login_tokens t ON t.id = s.token_id"
      " WHERE s.id = ?",
      id);
  if (!row.next()) return std::nullopt;
  return KnownSession{row.id<TokenId>(0), row.text(1)};
}

std::int64_t standing_tokens(Connection& db) {
  return db.number("SELECT count(*) FROM login_tokens WHERE revoked_at IS NULL");
}

std::int64_t lasting_admins(Connection& db) {
  return db.number(
      "SELECT count(*) FROM login_tokens"
      " WHERE revoked_at IS NULL AND expires_at IS NULL AND role = 'admin'");
}

std::optional<KnownLogin> token_login(Connection& db, const std::string& hash_start) {
  return one_login(
      db.query("SELECT id, 0, hash, name, role, expires_at, last_used_at FROM login_tokens"
               " WHERE substr(hash, 1, 16) = ? AND revoked_at IS NULL",
               hash_start));
}

std::optional<KnownLogin> session_login(Connection& db, const std::string& hash_start) {
  return one_login(
      db.query("SELECT t.id, s.id, s.hash, t.name, t.role,"
               " min(s.expires_at, coalesce(t.expires_at, s.expires_at)), s.last_used_at"
               " FROM login_sessions s JOIN login_tokens t ON t.id = s.token_id"
               " WHERE substr(s.hash, 1, 16) = ? AND t.revoked_at IS NULL",
               hash_start));
}

Result<pages::TokensPage> tokens_page(Connection& db, WallTime now) {
  pages::TokensPage page;
  page.revision = read_revision(db);
  auto rows = db.query(
      "SELECT t.id, t.name, t.role, t.created_at, t.created_by, t.expires_at, t.last_used_at,"
      " t.revoked_at, (SELECT count(*) FROM login_sessions s WHERE s.token_id = t.id"
      " AND s.expires_at > ?1) FROM login_tokens t"
      " ORDER BY t.revoked_at IS NOT NULL OR coalesce(t.expires_at <= ?1, 0), t.id DESC",
      now);
  while (rows.next()) {
    page.tokens.push_back({rows.id<TokenId>(0), rows.text(1), role(rows.view(2)), rows.time(3),
                           rows.text(4), rows.optional_time(5), rows.optional_time(6),
                           rows.optional_time(7), rows.integer(8)});
  }
  return page;
}

Result<pages::SessionsPage> sessions_page(Connection& db, WallTime now) {
  pages::SessionsPage page;
  page.revision = read_revision(db);
  auto rows = db.query(
      "SELECT s.id, t.id, t.name, t.role, s.agent, s.created_at, s.expires_at, s.last_used_at"
      " FROM login_sessions s JOIN login_tokens t ON t.id = s.token_id"
      " WHERE s.expires_at > ?1 AND coalesce(t.expires_at, s.expires_at) > ?1 ORDER BY s.id DESC",
      now);
  while (rows.next()) {
    page.sessions.push_back({rows.id<SessionId>(0), rows.id<TokenId>(1), rows.text(2),
                             role(rows.view(3)), rows.text(4), rows.time(5), rows.time(6),
                             rows.time(7)});
  }
  return page;
}

}  // namespace testlooper::store
