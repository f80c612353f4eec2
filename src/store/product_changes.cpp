// Changes of what is made once and shared by commits: images, set-up layers, artifacts.
#include <string>
#include <vector>

#include "store/changes.hpp"
#include "store/products.hpp"

namespace testlooper::store {
namespace {

// Of the image or layer with this key; empty where it is not known.
std::string identity_of(Connection& db, RepoId repo, const ImageKey& key) {
  auto row =
      db.query("SELECT identity FROM engine_images WHERE repo_id = ? AND key = ?", repo, key);
  return row.next() ? row.text(0) : std::string{};
}

std::vector<std::string> keys_of(Query rows) {
  std::vector<std::string> keys;
  while (rows.next()) keys.push_back(rows.text(0));
  return keys;
}

// What was made on an image that now is another one is not what its key says any more.
void forget_what_stands_on(Applying& in, RepoId repo, const ImageKey& base,
                           const std::string& identity) {
  const auto layers =
      keys_of(in.db.query("SELECT key FROM engine_images WHERE repo_id = ? AND base = ?"
                          " AND base <> '' AND identity NOT IN ('', ?)",
                          repo, base, identity));
  for (const auto& key : layers) {
    in.db.run("DELETE FROM engine_images WHERE repo_id = ? AND key = ?", repo, key);
    touch_users_of(in, repo, key);
    forget_what_stands_on(in, repo, key, identity);
  }
  const auto artifacts =
      keys_of(in.db.query("SELECT key FROM engine_outputs WHERE repo_id = ? AND base = ?"
                          " AND identity NOT IN ('', ?)",
                          repo, base, identity));
  for (const auto& key : artifacts) {
    drop_artifact(in, repo, key);
    touch_users_of(in, repo, key);
  }
}

}  // namespace

void apply(Applying& in, const change::ImageRecorded& change) {
  // A layer is what the image below it is.
  const auto identity =
      change.base.empty() ? change.built.identity : identity_of(in.db, change.repo, change.base);
  if (!identity.empty()) forget_what_stands_on(in, change.repo, change.key, identity);
  in.db.run(
      "INSERT INTO engine_images (repo_id, key, state, reference, error, identity, base, used_at)"
      " VALUES (?, ?, 'ok', ?, '', ?, ?, ?)"
      " ON CONFLICT (repo_id, key) DO UPDATE SET state = excluded.state,"
      " reference = excluded.reference, error = '', identity = excluded.identity,"
      " base = excluded.base, used_at = excluded.used_at",
      change.repo, change.key, change.built.reference, identity, change.base, in.now);
  touch_users_of(in, change.repo, change.key);
}

void apply(Applying& in, const change::ImageFailed& change) {
  in.db.run(
      "INSERT INTO engine_images (repo_id, key, state, reference, error)"
      " VALUES (?, ?, 'failed', '', ?)"
      " ON CONFLICT (repo_id, key) DO UPDATE SET state = excluded.state, reference = '',"
      " error = excluded.error",
      change.repo, change.key, change.error);
  touch_users_of(in, change.repo, change.key);
}

void apply(Applying& in, const change::ImageForgotten& change) {
  in.db.run("DELETE FROM engine_images WHERE repo_id = ? AND key = ?", change.repo, change.key);
  touch_users_of(in, change.repo, change.key);
}

void apply(Applying& in, const change::ArtifactRecorded& change) {
  const auto& [key, volume] = change.artifact;
  drop_artifact(in, change.repo, key);
  in.db.run("INSERT INTO engine_outputs VALUES (?, ?, 'ok', ?, '', ?, ?, ?, ?, ?)", change.repo,
            key, volume, change.bytes, change.base, identity_of(in.db, change.repo, change.base),
            in.now, in.now);
  touch_users_of(in, change.repo, key);
}

void apply(Applying& in, const change::ArtifactFailed& change) {
  drop_artifact(in, change.repo, change.key);
  in.db.run("INSERT INTO engine_outputs VALUES (?, ?, 'failed', '', ?, 0, '', '', ?, ?)",
            change.repo, change.key, change.error, in.now, in.now);
  touch_users_of(in, change.repo, change.key);
}

void apply(Applying& in, const change::ArtifactForgotten& change) {
  const auto& [key, volume] = change.artifact;
  in.db.run(
      "DELETE FROM engine_outputs WHERE repo_id = ? AND key = ? AND state = 'ok'"
      " AND volume = ?",
      change.repo, key, volume);
  touch_users_of(in, change.repo, key);
}

}  // namespace testlooper::store
