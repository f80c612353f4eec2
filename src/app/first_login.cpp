#include "app/first_login.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "http/secrets.hpp"

namespace testlooper::app {
namespace {

constexpr const char* kName = "admin";
constexpr const char* kMaker = "server";

std::string read_secret(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// It is never readable by others, not even for a moment, and never half there.
Result<void> write_secret(const std::filesystem::path& file, const std::string& secret) {
  const auto fresh = file.string() + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  bool done = fd >= 0 && write_all(fd, secret + "\n") && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  done = done && ::rename(fresh.c_str(), file.c_str()) == 0;
  if (done) return {};
  return unavailable(std::string("the admin's token can't be written: ") + std::strerror(errno),
                     file.string());
}

bool stands(const std::optional<KnownLogin>& login, const std::string& hash, WallTime now) {
  return login && http::same_hash(login->hash, hash) && login->role == Role::admin &&
         (!login->expires_at || *login->expires_at > now);
}

// What this server made before and nobody has the secret of any more.
Changes revoke_lost(const pages::TokensPage& page) {
  Changes changes;
  for (const auto& token : page.tokens) {
    if (token.created_by == kMaker && token.name == kName && !token.revoked_at) {
      changes.push_back(change::TokenRevoked{token.id});
    }
  }
  return changes;
}

}  // namespace

Result<KnownLogin> first_login(const std::filesystem::path& file, store::SqliteStore& store,
                               store::SqliteViews& views, WallTime now) {
  if (const auto secret = read_secret(file); !secret.empty()) {
    const auto hash = http::hash_of(secret);
    auto login = views.token_login(hash.substr(0, kHashStart));
    if (!login) return std::unexpected(login.error());
    if (stands(*login, hash, now)) return std::move(**login);
  }
  const auto known = views.tokens();
  if (!known) return std::unexpected(known.error());
  const auto secret = http::new_token();
  KnownLogin login{{}, {}, http::hash_of(secret), kName, Role::admin, {}, {}};
  if (auto written = write_secret(file, secret); !written) {
    return std::unexpected(written.error());
  }
  auto changes = revoke_lost(*known);
  changes.push_back(change::TokenCreated{{login.hash, kName, Role::admin, {}}, kMaker});
  AuditEntry entry;
  entry.who = kMaker;
  entry.action = "token";
  entry.subject = std::string("token of ") + kName;
  entry.detail = "created: admin, in the file " + file.string();
  changes.push_back(change::Audited{std::move(entry)});
  login.token = store.commit(changes, now).token;
  spdlog::info("an admin's token is in {}", file.string());
  return login;
}

}  // namespace testlooper::app
