#include "cli/hook.hpp"

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "testlooper/base/limits.hpp"

#include "cli/cli.hpp"
#include "cli/files.hpp"
#include "cli/hook_install.hpp"
#include "cli/hook_notify.hpp"
#include "net/http_client.hpp"

namespace testlooper::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kNotDone = 2;

int complain(const Error& error) {
  std::cerr << "testlooper: " << error.text() << "\n";
  return kNotDone;
}

int report(const Result<std::string>& sentence) {
  if (!sentence) return complain(sentence.error());
  std::cout << *sentence << "\n";
  return 0;
}

std::string absolute_path(const std::string& path) {
  std::error_code ignored;
  return path.empty() ? path : fs::absolute(path, ignored).lexically_normal().string();
}

// As GitHub signs: the server checks both in one way.
std::string signature(const std::string& body, const std::string& secret) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &size);
  std::string text = "sha256=";
  for (unsigned i = 0; i < size; ++i) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(digest[i]));
  }
  return text;
}

Result<std::string> read_secret(const std::string& path) {
  if (path.empty()) return std::string();
  auto secret = read_file(path);
  while (secret && (secret->ends_with('\n') || secret->ends_with('\r'))) secret->pop_back();
  if (secret && secret->empty()) return invalid("the secret is empty", path);
  return secret;
}

int install(HookInstall options) {
  if (const auto server = net::parse_server_url(options.server); !server) {
    return complain(server.error());
  }
  options.secret_file = absolute_path(options.secret_file);
  if (const auto secret = read_secret(options.secret_file); !secret) {
    return complain(secret.error());
  }
  std::error_code error;
  options.program = fs::read_symlink("/proc/self/exe", error);
  return report(install_hooks(options));
}

Result<NotifyCount> notify(const std::string& git_dir) {
  const auto settings = load_settings(git_dir);
  if (!settings) return std::unexpected(settings.error());
  const auto secret = read_secret(settings->secret_file);
  if (!secret) return std::unexpected(secret.error());
  auto server = net::parse_server_url(settings->server);
  if (!server) return std::unexpected(server.error());
  const net::HttpClient http(std::move(*server), Seconds{limits::kHookPostSeconds});
  return deliver_notes(git_dir, *settings, [&](const Announcement& part) -> Result<int> {
    net::HttpFields fields = {{"X-TestLooper-Delivery", part.delivery_id}};
    if (!secret->empty()) {
      fields.emplace_back("X-Hub-Signature-256", signature(part.body, *secret));
    }
    const auto reply = http.post("/git_updater", part.body, fields);
    if (!reply) return std::unexpected(reply.error());
    return reply->status;
  });
}

int notify_and_report(const std::string& git_dir) {
  const auto count = notify(git_dir);
  if (!count) return complain(count.error());
  if (count->kept > 0) {
    return complain(
        {ErrorKind::unavailable,
         fmt::format("{} announcements are kept for later: {}", count->kept, count->why), git_dir});
  }
  std::cout << fmt::format("{} announcements delivered\n", count->delivered);
  return 0;
}

void add_install(CLI::App& hook, int& exit_code) {
  const auto options = std::make_shared<HookInstall>();
  auto& command = *hook.add_subcommand("install", "have a repository announce its pushes");
  command.add_option("PATH", options->path, "the repository: bare, or with a working tree")
      ->required();
  add_server_option(command, options->server);
  command.add_option("--repo", options->repo,
                     "what the server calls the repository; the folder's name by default");
  command.add_option("--secret-file", options->secret_file,
                     "holds the server's webhook_secret; whoever pushes must be able to read it");
  command.callback([&exit_code, options] { exit_code = install(*options); });
}

void add_uninstall(CLI::App& hook, int& exit_code) {
  const auto path = std::make_shared<std::string>();
  auto& command = *hook.add_subcommand("uninstall", "put a repository's hooks back as they were");
  command.add_option("PATH", *path, "the repository")->required();
  command.callback([&exit_code, path] { exit_code = report(uninstall_hooks(*path)); });
}

void add_notify(CLI::App& hook, int& exit_code) {
  const auto git_dir = std::make_shared<std::string>();
  auto& command = *hook.add_subcommand("notify", "deliver what the hook noted; it calls this");
  command.add_option("--git-dir", *git_dir, "the repository's git folder")->required();
  command.callback([&exit_code, git_dir] { exit_code = notify_and_report(*git_dir); });
}

}  // namespace

void add_hook_commands(CLI::App& app, int& exit_code) {
  auto& hook = *app.add_subcommand("hook", "announce pushes of a repository to the server");
  hook.require_subcommand(1);
  add_install(hook, exit_code);
  add_uninstall(hook, exit_code);
  add_notify(hook, exit_code);
}

}  // namespace testlooper::cli
