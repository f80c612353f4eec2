#include "codec/retention_config.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace testlooper::codec {
namespace {

constexpr std::int64_t kMaxDays = 36'500;
constexpr std::int64_t kMaxCount = 1'000'000'000;
constexpr std::int64_t kMaxMb = 1'000'000'000;
constexpr int kMinPeriod = 10, kMaxPeriod = 86'400;

void read_limit(Fields& fields, std::string_view name, std::int64_t most, std::int64_t& limit) {
  if (const auto node = fields.get(name)) {
    limit = read_whole_number(*node, fields.path_of(name), 0, most, fields.findings());
  }
}

void read_rule(Fields& parent, KeptKind kind, KeepRules& rules) {
  const auto node = parent.get(kept_kind_name(kind));
  if (!node) return;
  auto& rule = rules[kind];
  Fields fields(*node, parent.path_of(kept_kind_name(kind)), {{"days"}, {"count"}, {"mb"}},
                parent.findings());
  read_limit(fields, "days", kMaxDays, rule.days);
  read_limit(fields, "count", kMaxCount, rule.count);
  read_limit(fields, "mb", kMaxMb, rule.mb);
}

// The logs of what failed are what people come back for.
void check_order(const KeepRules& rules, int line, const std::string& where, Findings& findings) {
  const auto passed = rules[KeptKind::logs].days, failed = rules[KeptKind::failed_logs].days;
  if (failed != 0 && (passed == 0 || passed > failed)) {
    findings.error(line, fmt::format("'{}.failed_logs.days' must not be less than 'logs.days': the "
                                     "logs of failures last longest",
                                     where));
  }
}

KeepRules read_rules(Fields& fields, KeepRules rules, const std::string& where) {
  for (const auto kind :
       {KeptKind::logs, KeptKind::failed_logs, KeptKind::artifacts, KeptKind::builds}) {
    read_rule(fields, kind, rules);
  }
  check_order(rules, fields.line(), where, fields.findings());
  return rules;
}

void read_repos(Fields& top, const std::vector<std::string>& known, RetentionConfig& config) {
  const auto node = top.get("repos");
  if (!node) return;
  for (const auto& [key, value] : node->entries()) {
    const std::string name(key.text());
    if (std::ranges::find(known, name) == known.end()) {
      top.findings().warn(
          key.line(),
          fmt::format("'retention.repos' names a repository that is not there: {}", name));
    }
    const auto where = "retention.repos." + name;
    Fields fields(value, where, {{"logs"}, {"failed_logs"}, {"artifacts"}, {"builds"}},
                  top.findings());
    config.repos[name] = read_rules(fields, config.rules, where);
  }
}

}  // namespace

RetentionConfig read_retention(const YamlNode& node, const std::vector<std::string>& repos,
                               Findings& findings) {
  RetentionConfig config;
  Fields fields(node, "retention",
                {{"period_s"},
                 {"logs"},
                 {"failed_logs"},
                 {"artifacts"},
                 {"builds"},
                 {"layers"},
                 {"images"},
                 {"repos"}},
                findings);
  if (const auto period = fields.get("period_s")) {
    config.period_s = static_cast<int>(
        read_whole_number(*period, fields.path_of("period_s"), kMinPeriod, kMaxPeriod, findings));
  }
  config.rules = read_rules(fields, config.rules, "retention");
  for (const auto kind : {KeptKind::layers, KeptKind::images})
    read_rule(fields, kind, config.rules);
  read_repos(fields, repos, config);
  return config;
}

}  // namespace testlooper::codec
