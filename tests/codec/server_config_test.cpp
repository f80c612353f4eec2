#include "codec/server_config.hpp"

#include <gtest/gtest.h>

namespace testlooper::codec {
namespace {

std::string error_of(const std::string& text) {
  const auto config = parse_server_config(text, "server.yaml");
  return config ? "" : config.error().text();
}

using Texts = std::vector<std::string>;
Texts warnings_of(const std::string& text) {
  const auto config = parse_server_config(text, "server.yaml");
  EXPECT_TRUE(config) << config.error().text();
  Texts texts;
  for (const auto& warning : config ? config->warnings : std::vector<Warning>()) {
    texts.push_back(std::to_string(warning.line) + ": " + warning.message);
  }
  return texts;
}

TEST(ServerConfig, NothingMeansTheDefaults) {
  const auto config = parse_server_config("", "server.yaml");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->bind_address, "127.0.0.1");
  EXPECT_EQ(config->http_port, 8001);
  EXPECT_TRUE(config->repos.empty());
}

TEST(ServerConfig, ReadsEveryKey) {
  const auto config = parse_server_config(R"(
data_dir: /var/lib/testlooper
bind_address: localhost
http_port: 9000
git_watcher_port: 9001
allowed_hosts: [ci.example.org, ci]
webhook_secret: 12345
public_badges: yes
workers: 4
docker_socket: /run/docker.sock
network: none
isolation: sandbox
with_docker_repos: [demo]
log_bytes: 1048576
artifact_bytes: 2097152
scan_period_s: 30
log_level: WARN
repos:
  - {name: demo, path: /srv/demo.git, config_path: ci/config.yaml, branch_prefix: feature/,
     primary_branch: trunk, scan_depth: 50}
  - url: https://example.org/team/other.git
  - url: git@example.org:team/third.git
)",
                                          "server.yaml");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_TRUE(config->warnings.empty()) << config->warnings[0].message;
  EXPECT_EQ(config->data_dir, "/var/lib/testlooper");
  EXPECT_EQ(config->bind_address, "127.0.0.1");
  EXPECT_EQ(config->http_port, 9000);
  EXPECT_EQ(config->git_watcher_port, 9001);
  EXPECT_EQ(config->allowed_hosts, (Texts{"ci.example.org", "ci"}));
  EXPECT_EQ(config->webhook_secret, "12345");
  EXPECT_TRUE(config->public_badges);
  EXPECT_EQ(config->workers, 4);
  EXPECT_EQ(config->docker_socket, "/run/docker.sock");
  EXPECT_EQ(config->network, "none");
  EXPECT_EQ(config->isolation, Isolation::sandbox);
  EXPECT_EQ(config->with_docker_repos, Texts{"demo"});
  EXPECT_EQ(config->log_bytes, 1048576u);
  EXPECT_EQ(config->artifact_bytes, 2097152u);
  EXPECT_EQ(config->scan_period_s, 30);
  EXPECT_EQ(config->log_level, "warning");
  ASSERT_EQ(config->repos.size(), 3u);
  EXPECT_EQ(config->repos[0],
            (RepoSpec{"demo", "/srv/demo.git", "ci/config.yaml", "feature/", "trunk", 50}));
  EXPECT_EQ(config->repos[1].name, "other");
  EXPECT_EQ(config->repos[1].config_path, ".testlooper/config.yaml");
  EXPECT_EQ(config->repos[2].name, "third");
  EXPECT_EQ(config->repos[2].source, "git@example.org:team/third.git");
}

TEST(ServerConfig, TakesThePythonTestLoopersKeys) {
  const auto config = parse_server_config(R"(repo_path: /srv/git/demo.git/
config_path: .testlooper/config.yaml
http_port: 8001
git_watcher_port: 9999
num_workers: 3
branch_prefix: dev
log_level_name: ERROR
repo_initial_branch: main
scan_depth: 7
)",
                                          "server.yaml");
  ASSERT_TRUE(config) << config.error().text();
  ASSERT_EQ(config->repos.size(), 1u);
  EXPECT_EQ(config->repos[0],
            (RepoSpec{"demo", "/srv/git/demo.git/", ".testlooper/config.yaml", "dev", "main", 7}));
  EXPECT_EQ(config->workers, 3);
  EXPECT_EQ(config->git_watcher_port, 9999);
  EXPECT_EQ(config->log_level, "error");
}

TEST(ServerConfig, NamesComeFromTheSource) {
  const auto name = [](const std::string& path) {
    const auto config = parse_server_config("repo_path: " + path, "s");
    return config ? config->repos[0].name : config.error().text();
  };
  EXPECT_EQ(name("/a/b"), "b");
  EXPECT_EQ(name("b"), "b");
  EXPECT_EQ(name("/a/b.git///"), "b");
  EXPECT_EQ(name("/a/b/.git"), "b");
  EXPECT_EQ(name("/"), "s:1: 'repo_name' is empty: ''");
  EXPECT_EQ(name("'/a b'"),
            "s:1: 'repo_name' may hold letters, digits, '-', '_' and '.' only: 'a b'");
}

TEST(ServerConfig, AUrlIsTheRepositoryThatAPathWasACloneOf) {
  const std::string text = "repo_path: /srv/clone\nrepo_url: https://example.org/demo.git\n";
  const auto config = parse_server_config(text, "s");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->repos[0].source, "https://example.org/demo.git");
  EXPECT_EQ(config->repos[0].name, "demo");
  EXPECT_EQ(config->warnings.size(), 2u - 1u);
}

TEST(ServerConfig, ACommandLineNamesARepositoryByItsSourceAlone) {
  const auto local = parse_repo_source("/srv/git/demo.git");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->name, "demo");
  EXPECT_EQ(local->source, "/srv/git/demo.git");
  EXPECT_EQ(parse_repo_source("ssh://git@example.org/a/b.git")->name, "b");
  EXPECT_EQ(parse_repo_source("git@example.org:a/b.git")->name, "b");
  EXPECT_EQ(parse_repo_source("ext::sh -c x").error().text(),
            "ext::sh -c x: the name of the repository may hold letters, digits, '-', '_' and '.' "
            "only: 'sh -c x'");
  for (const auto* bad : {"", "/", "--upload-pack=x", "~/x", "a b", "ext://x/y"}) {
    EXPECT_FALSE(parse_repo_source(bad)) << bad;
  }
}

TEST(ServerConfig, WithoutALoginOnlyLoopbackMayBeListenedOn) {
  for (const std::string good : {"127.0.0.1", "127.1.2.3", "'::1'", "localhost"}) {
    EXPECT_EQ(error_of("auth: off\nbind_address: " + good), "") << good;
  }
  for (const std::string bad : {"example.org", "[a]", "127.0.0.1.evil", "''"}) {
    EXPECT_NE(error_of("bind_address: " + bad), "") << bad;
  }
  for (const std::string open : {"0.0.0.0", "'::'", "192.168.0.1"}) {
    EXPECT_EQ(error_of("bind_address: " + open), "") << open;
    EXPECT_NE(error_of("auth: off\nbind_address: " + open), "") << open;
  }
  EXPECT_EQ(error_of("auth: off\nbind_address: 0.0.0.0"),
            "server.yaml:2: 'bind_address' must be a loopback address with 'auth: off', and is "
            "'0.0.0.0': whoever reaches the server would be its admin");
}

TEST(ServerConfig, EverybodySignsInUnlessItSaysOtherwise) {
  EXPECT_EQ(parse_server_config("{}", "server.yaml")->auth, AuthMode::token);
  EXPECT_EQ(parse_server_config("auth: token", "server.yaml")->auth, AuthMode::token);
  EXPECT_EQ(parse_server_config("auth: off", "server.yaml")->auth, AuthMode::off);
  EXPECT_EQ(error_of("auth: password"),
            "server.yaml:1: 'auth' must be token or off, and is 'password'");
}

TEST(ServerConfig, BadValuesAreErrorsWithTheirLine) {
  EXPECT_EQ(error_of("\nhttp_port: 0\n"),
            "server.yaml:2: 'http_port' must be a whole number from 1 to 65535, and is '0'");
  for (const std::string bad : {"http_port: 65536",
                                "http_port: 80.5",
                                "http_port: http",
                                "http_port: [1]",
                                "workers: -1",
                                "network: host",
                                "isolation: none",
                                "log_level: loud",
                                "scan_period_s: 0",
                                "log_bytes: 1",
                                "log_bytes: 1e12",
                                "data_dir: ~/x",
                                "repos: {a: b}",
                                "repos: [5]",
                                "repos: [{}]",
                                "repos: [{path: /a, url: 'https://x.example/y'}]",
                                "repos: [{url: 'ext::sh -c x'}]",
                                "repos: [{url: '--upload-pack=x@y:z'}]",
                                "repos: [{path: -x}]",
                                "repos: [{path: /a, name: a/b}]",
                                "repos: [{path: /a, name: ..}]",
                                "repos: [{path: /a, config_path: ../x}]",
                                "repos: [{path: /a, scan_depth: 0}]",
                                "repos: [{path: /a}, {path: /b/a}]"}) {
    EXPECT_NE(error_of(bad), "") << bad;
  }
  EXPECT_EQ(error_of("repos:\n  - path: /a\n  - path: /b/a.git\n"),
            "server.yaml:3: two repositories are called 'a'; give one a 'name'");
  EXPECT_EQ(error_of("repos:\n  - {name: x}\n"), "server.yaml:2: 'repos[0]' needs 'path' or 'url'");
}

TEST(ServerConfig, OddThingsAreWarnings) {
  EXPECT_EQ(warnings_of("http-port: 5000\nhttp_prot: 1\nscan_depth: 3\n"),
            (Texts{"1: 'http-port' is read as 'http_port'; please write it so",
                   "2: unknown key 'http_prot' is ignored; did you mean 'http_port'?",
                   "3: 'scan_depth' is ignored: it goes with 'repo_path'; below 'repos' each "
                   "repository has its own"}));
  EXPECT_EQ(warnings_of("git_watcher_port: 8001\n"),
            Texts{"1: 'git_watcher_port' is the same as 'http_port', which takes webhooks too"});
  EXPECT_EQ(warnings_of("with_docker_repos: [nobody]\n"),
            Texts{"1: 'with_docker_repos' names a repository that is not there: nobody"});
}

TEST(ServerConfig, TheRoomToShareOutMayBeFractions) {
  const auto config = parse_server_config("cores: 1.5\nram_gb: 0.5\nbatch_target_s: 5\n", "c");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->cores, 1.5);
  EXPECT_EQ(config->ram_gb, 0.5);
  EXPECT_EQ(config->batch_target_s, 5);
  EXPECT_FALSE(parse_server_config("cores: -1", "c"));
  EXPECT_FALSE(parse_server_config("batch_target_s: 0", "c"));
}

}  // namespace
}  // namespace testlooper::codec
