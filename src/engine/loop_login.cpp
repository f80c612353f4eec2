// Who may ask the server: tokens are made and revoked, browsers sign in and out. See loop.hpp.
#include <utility>

#include "testlooper/base/limits.hpp"

#include "engine/loop.hpp"

namespace testlooper::engine {
namespace {

std::string token_text(TokenId id, const std::string& name) {
  return "token " + (id ? std::to_string(id.value) + " of " : "of ") + name;
}

change::Audited audited(std::string who, std::string action, std::string subject,
                        std::string detail) {
  AuditEntry entry;
  entry.who = std::move(who);
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.detail = std::move(detail);
  return {std::move(entry)};
}

bool stands(const KnownToken& token, WallTime now) {
  return !token.revoked && (!token.expires_at || *token.expires_at > now);
}

}  // namespace

Result<orders::Done> Loop::carry_out(orders::CreateToken& order, Now now) {
  if (store_.standing_tokens() >= limits::kTokens) {
    return fail(ErrorKind::conflict, "there are " + std::to_string(limits::kTokens) +
                                         " tokens, and no more are possible: revoke some");
  }
  auto entry = audited(order.who, "token", token_text({}, order.token.name),
                       "created: " + std::string(role_name(order.token.role)));
  const auto committed =
      commit({change::TokenCreated{order.token, order.who}, std::move(entry)}, now);
  return orders::Done{.revision = committed.revision, .id = committed.token.value};
}

Result<orders::Done> Loop::carry_out(orders::RevokeToken& order, Now now) {
  const auto token = store_.token(order.token);
  if (!token) return not_found("there is no token " + std::to_string(order.token.value));
  if (token->revoked) return fail(ErrorKind::conflict, "the token is revoked already");
  const bool lasting = token->role == Role::admin && !token->expires_at;
  if (lasting && store_.lasting_admins() == 1) {
    return fail(ErrorKind::conflict,
                "this is the only admin's token that does not expire: make another one first");
  }
  const auto committed = commit({change::TokenRevoked{order.token},
                                 audited(order.who, "token", token_text(order.token, token->name),
                                         "revoked; its sessions have ended")},
                                now);
  return orders::Done{.revision = committed.revision, .id = order.token.value};
}

Result<orders::Done> Loop::carry_out(orders::StartSession& order, Now now) {
  const auto token = store_.token(order.session.token);
  if (!token || !stands(*token, now.wall)) {
    return not_found("the token does not stand any more");
  }
  auto entry =
      audited(token->name, "session", token_text(order.session.token, token->name), "signed in");
  const auto committed =
      commit({change::SessionStarted{std::move(order.session)}, std::move(entry)}, now);
  return orders::Done{.revision = committed.revision, .id = committed.session.value};
}

Result<orders::Done> Loop::carry_out(orders::EndSession& order, Now now) {
  const auto session = store_.session(order.session);
  if (!session) return not_found("there is no session " + std::to_string(order.session.value));
  const auto committed = commit(
      {change::SessionEnded{order.session},
       audited(order.who, "session", token_text(session->token, session->name), "signed out")},
      now);
  return orders::Done{.revision = committed.revision, .id = order.session.value};
}

Result<orders::Done> Loop::carry_out(orders::NoteLogin& order, Now now) {
  const auto committed = commit({change::LoginUsed{order.token, order.session}}, now);
  return orders::Done{.revision = committed.revision, .id = order.token.value};
}

Result<orders::Done> Loop::carry_out(orders::RunRetention& order, Now now) {
  const auto committed = commit(
      {audited(order.who, "retention", "retention", "what its rules let go of goes now")}, now);
  return orders::Done{.revision = committed.revision};
}

}  // namespace testlooper::engine
