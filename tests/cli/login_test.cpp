// Tokens by command, one-click addresses, and with which token a command asks.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/cli.hpp"
#include "http/secrets.hpp"
#include "http/server.hpp"
#include "support/fake_commands.hpp"
#include "support/fake_comparer.hpp"
#include "support/fake_retention.hpp"
#include "support/fake_views.hpp"
#include "support/sample_logins.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::cli {
namespace {

using testing::kAdminToken;
using testing::kViewerToken;

class LoginCommands : public ::testing::Test {
 protected:
  LoginCommands() {
    ::unsetenv("TESTLOOPER_TOKEN_FILE");
    ::setenv("TESTLOOPER_TOKEN", kAdminToken.c_str(), 1);
    options_.port = 0;
    options_.token_file = dir_.file("admin-token");
  }
  ~LoginCommands() override {
    ::unsetenv("TESTLOOPER_TOKEN_FILE");
    ::unsetenv("TESTLOOPER_TOKEN");
  }

  void serve() {
    server_ = std::make_unique<http::HttpServer>(
        options_, views_, comparer_, commands_, retention_, hub_, [this] { return facts_; },
        std::span<const http::Asset>{});
    ASSERT_TRUE(server_->start());
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  int run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    arguments.insert(arguments.begin(), "testlooper");
    arguments.insert(arguments.end(), {"--server", url()});
    std::vector<const char*> argv;
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    const CliContext context{"1.2.3", out_, err_, false, {}};
    return run_cli(context, static_cast<int>(argv.size()), argv.data());
  }
  void write_token_file(const std::string& text, mode_t mode = 0600) {
    std::ofstream(options_.token_file) << text;
    ::chmod(options_.token_file.c_str(), mode);
  }

  testing::TempDir dir_;
  http::HttpOptions options_;
  testing::FakeViews views_;
  testing::FakeComparer comparer_;
  testing::FakeCommands commands_;
  testing::FakeRetention retention_;
  http::EventHub hub_;
  http::ServerFacts facts_{{true, "", "docker 20.10"}, 4, WallTime{0}, WallTime{1'000'000}};
  std::unique_ptr<http::HttpServer> server_;
  std::ostringstream out_, err_;
};

TEST_F(LoginCommands, ATokenIsPrintedAloneSoThatAScriptCanTakeIt) {
  serve();
  EXPECT_EQ(run({"token", "create", "nightly", "--role", "runner", "--expires", "90d"}), 0);
  EXPECT_NE(err_.str().find("never again"), std::string::npos);
  const auto token = out_.str().substr(0, out_.str().size() - 1);
  const auto orders = commands_.orders();
  EXPECT_EQ(
      std::get<orders::CreateToken>(orders.at(0)).token,
      (NewToken{http::hash_of(token), "nightly", Role::runner, facts_.now + Seconds{90 * 86'400}}));
  EXPECT_EQ(run({"token", "create", "nightly", "--role", "runner"}), 0);
  EXPECT_FALSE(std::get<orders::CreateToken>(commands_.orders().at(1)).token.expires_at);
}

TEST_F(LoginCommands, WhatIsNoTokenIsOneLine) {
  serve();
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {"token", "create", "x"},
           {"token", "create", "--role", "viewer"},
           {"token", "create", "x", "--role", "root"},
           {"token", "create", "x", "--role", "viewer", "--expires", "0d"},
           {"token", "create", "x", "--role", "viewer", "--expires", "90"},
           {"token", "create", "x", "--role", "viewer", "--expires", "9999w"},
           {"token", "create", " x", "--role", "viewer"},
           {"token"},
           {"status", "--token", kAdminToken}}) {
    EXPECT_EQ(run(bad), 2);
    EXPECT_TRUE(err_.str().starts_with("testlooper: ")) << err_.str();
    EXPECT_EQ(std::ranges::count(err_.str(), '\n'), 1) << err_.str();
  }
  EXPECT_TRUE(commands_.orders().empty());
}

TEST_F(LoginCommands, TokensAreListedAndRevokedByNameOrNumber) {
  serve();
  EXPECT_EQ(run({"token", "list"}), 0);
  EXPECT_EQ(out_.str(),
            "3  vera  viewer  expires 1970-01-01 00:00:09  used 1970-01-01 00:00:01\n"
            "2  rob  runner  revoked 1970-01-01 00:00:00  used never\n");
  EXPECT_EQ(run({"token", "revoke", "vera"}), 0);
  EXPECT_EQ(std::get<orders::RevokeToken>(commands_.orders().at(0)).token, TokenId{3});
  EXPECT_EQ(run({"token", "revoke", "12"}), 0);
  EXPECT_EQ(std::get<orders::RevokeToken>(commands_.orders().at(1)).token, TokenId{12});
  EXPECT_EQ(run({"token", "revoke", "rob"}), 2) << "it does not stand any more";
}

TEST_F(LoginCommands, LoginPrintsAnAddressThatWorksOnce) {
  serve();
  EXPECT_EQ(run({"login"}), 0);
  EXPECT_TRUE(out_.str().starts_with(url() + "/login#code=")) << out_.str();
  EXPECT_EQ(std::ranges::count(out_.str(), '\n'), 1);
}

TEST_F(LoginCommands, AWrongOrMissingTokenSaysWhereOneIsTakenFrom) {
  serve();
  ::setenv("TESTLOOPER_TOKEN", "tl_no", 1);
  EXPECT_EQ(run({"status"}), 2);
  EXPECT_NE(err_.str().find("TESTLOOPER_TOKEN"), std::string::npos) << err_.str();
  EXPECT_EQ(err_.str().find("tl_no"), std::string::npos) << "a secret is not printed";
  ::setenv("TESTLOOPER_TOKEN", kViewerToken.c_str(), 1);
  EXPECT_EQ(run({"drain"}), 2);
  EXPECT_NE(err_.str().find("needs the role admin, and vera is a viewer"), std::string::npos)
      << err_.str();
}

TEST_F(LoginCommands, ATokenCanBeInAFileBeforeOrBehindTheCommand) {
  serve();
  ::unsetenv("TESTLOOPER_TOKEN");
  const auto file = dir_.file("mine");
  std::ofstream(file) << kAdminToken << "\n";
  EXPECT_EQ(run({"status", "--token-file", file}), 0) << err_.str();
  EXPECT_EQ(run({"--token-file", file, "token", "list"}), 0) << err_.str();
  EXPECT_EQ(run({"token", "list", "--token-file", file}), 0) << err_.str();
  EXPECT_EQ(run({"status", "--token-file", dir_.file("none")}), 2);
  EXPECT_NE(err_.str().find("none"), std::string::npos);
  std::ofstream(file) << "two words\n";
  EXPECT_EQ(run({"status", "--token-file", file}), 2);
  std::ofstream(file) << kAdminToken;
  ::setenv("TESTLOOPER_TOKEN_FILE", file.c_str(), 1);
  EXPECT_EQ(run({"status"}), 0) << err_.str();
}

TEST_F(LoginCommands, AServerOfOnesOwnIsAskedWithItsOwnToken) {
  serve();
  ::unsetenv("TESTLOOPER_TOKEN");
  write_token_file(kAdminToken + "\n");
  EXPECT_EQ(run({"status"}), 0) << err_.str();
  EXPECT_EQ(run({"token", "list"}), 0) << err_.str();
}

TEST_F(LoginCommands, AFileThatIsNoPrivateTokenIsNeverSent) {
  serve();
  ::unsetenv("TESTLOOPER_TOKEN");
  EXPECT_EQ(run({"status"}), 2) << "there is no such file";
  write_token_file(kAdminToken, 0644);
  EXPECT_EQ(run({"status"}), 2) << "others can read it";
  write_token_file("root:x:0:0\n");
  EXPECT_EQ(run({"status"}), 2) << "a server must not be able to have other files shown";
  EXPECT_NE(err_.str().find("sign in first"), std::string::npos) << err_.str();
}

TEST_F(LoginCommands, AServerThatAsksNobodyNeedsNoToken) {
  options_.auth = AuthMode::off;
  serve();
  ::unsetenv("TESTLOOPER_TOKEN");
  EXPECT_EQ(run({"status"}), 0) << err_.str();
}

TEST_F(LoginCommands, TheAuditIsFiltered) {
  serve();
  EXPECT_EQ(run({"audit", "--who", "ada l", "--action", "rule", "--limit", "3"}), 0) << err_.str();
  EXPECT_EQ(views_.audit_queries().back().who, "ada l");
  EXPECT_EQ(views_.audit_queries().back().action, "rule");
  EXPECT_EQ(views_.audit_queries().back().limit, 3);
}

}  // namespace
}  // namespace testlooper::cli
