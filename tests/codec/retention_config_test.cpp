#include <gtest/gtest.h>

#include "codec/server_config.hpp"

namespace testlooper::codec {
namespace {

Result<ServerConfig> read(const std::string& retention) {
  return parse_server_config("repos:\n  - path: /srv/demo.git\nretention:\n" + retention,
                             "server.yaml");
}
std::string error_of(const std::string& retention) {
  const auto config = read(retention);
  return config ? "" : config.error().text();
}

TEST(RetentionConfig, WithoutItTheDefaultsHold) {
  const auto config = parse_server_config("http_port: 8002", "server.yaml");
  EXPECT_EQ(config->retention.rules, KeepRules{});
  EXPECT_EQ(config->disk_reserve_mb, 1024);
  const KeepRules rules;
  for (const auto& rule : rules.by_kind)
    EXPECT_TRUE(rule.days > 0 && rule.count > 0 && rule.mb > 0);
  EXPECT_GT(rules[KeptKind::failed_logs].days, rules[KeptKind::logs].days);
}

TEST(RetentionConfig, ReadsRulesOfKindsAndOfRepositories) {
  const auto config = read(R"(  period_s: 60
  logs: {days: 7, count: 10, mb: 0}
  failed_logs: {days: 0}
  layers: {mb: 5}
  repos:
    demo: {artifacts: {count: 3}, logs: {days: 1}, builds: {mb: 9}}
)");
  ASSERT_TRUE(config) << config.error().text();
  const auto& retention = config->retention;
  EXPECT_EQ(retention.period_s, 60);
  EXPECT_EQ(retention.rules[KeptKind::logs], (KeepRule{.days = 7, .count = 10, .mb = 0}));
  EXPECT_EQ(retention.rules[KeptKind::failed_logs].days, 0);
  EXPECT_EQ(retention.rules[KeptKind::layers].mb, 5);
  EXPECT_EQ(retention.rules[KeptKind::images], KeepRules{}[KeptKind::images]);
  EXPECT_EQ(retention.rules_of("demo")[KeptKind::artifacts].count, 3);
  EXPECT_EQ(retention.rules_of("demo")[KeptKind::builds].mb, 9);
  EXPECT_EQ(retention.rules_of("demo")[KeptKind::logs],
            (KeepRule{.days = 1, .count = 10, .mb = 0}));
  EXPECT_EQ(retention.rules_of("other"), retention.rules);
  EXPECT_TRUE(config->warnings.empty());
}

TEST(RetentionConfig, BadValuesAreRefusedWithTheirLine) {
  EXPECT_EQ(error_of("  logs: {days: -1}\n"),
            "server.yaml:4: 'retention.logs.days' must be a whole number from 0 to 36500, and is "
            "'-1'");
  EXPECT_TRUE(error_of("  period_s: 1\n").starts_with("server.yaml:4: 'retention.period_s'"));
  EXPECT_TRUE(error_of("  logs: 30 days\n").starts_with("server.yaml:4: "));
  EXPECT_TRUE(error_of("  artifacts: {mb: 5 GB}\n").starts_with("server.yaml:4: "));
  EXPECT_TRUE(error_of("  logs: {days: 30}\n  failed_logs: {days: 20}\n")
                  .contains("the logs of failures last longest"));
  EXPECT_TRUE(error_of("  repos:\n    demo: {failed_logs: {days: 2}}\n")
                  .contains("retention.repos.demo.failed_logs.days"));
  EXPECT_TRUE(parse_server_config("disk_reserve_mb: -1", "s").error().text().starts_with("s:1: "));
}

TEST(RetentionConfig, UnknownKindsAndRepositoriesAreWarnings) {
  const auto config = read("  log: {days: 1}\n  repos: {website: {logs: {days: 1}}}\n");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->warnings.size(), 2u);
}

}  // namespace
}  // namespace testlooper::codec
