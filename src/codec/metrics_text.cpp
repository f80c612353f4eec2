#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include "codec/monitoring_text.hpp"

namespace testlooper::codec {
namespace {

// Prometheus' rules for the value of a label.
std::string label_value(std::string_view value) {
  std::string text = "\"";
  for (const char each : value) {
    if (each == '\\' || each == '"') text += '\\';
    if (each == '\n') {
      text += "\\n";
    } else {
      text += each;
    }
  }
  return text + '"';
}

std::string seconds(Milliseconds time) {
  char text[32];
  [[maybe_unused]] const auto size =
      std::snprintf(text, sizeof text, "%g", static_cast<double>(time.count()) / 1000);
  return text;
}

class Metrics {
 public:
  void describe(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += "# HELP " + name_ + ' ' + std::string(help) + "\n# TYPE " + name_ + ' ' +
             std::string(type) + '\n';
  }
  void add(const std::string& labels, std::int64_t value) {
    add("", labels, std::to_string(value));
  }
  void add(std::string_view suffix, const std::string& labels, const std::string& value) {
    text_ += name_ + std::string(suffix) + (labels.empty() ? "" : '{' + labels + '}') + ' ' +
             value + '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void add_histogram(Metrics& metrics, const pages::KindDurations& durations) {
  const std::string kind = "kind=" + label_value(durations.kind);
  std::int64_t so_far = 0;
  for (std::size_t i = 0; i < durations.attempts.size(); ++i) {
    so_far += durations.attempts[i];
    const bool last = i == pages::kDurationBuckets.size();
    const std::string most = last ? "+Inf" : seconds(pages::kDurationBuckets.at(i));
    metrics.add("_bucket", kind + ",le=" + label_value(most), std::to_string(so_far));
  }
  metrics.add("_sum", kind, seconds(Milliseconds{durations.total_ms}));
  metrics.add("_count", kind, std::to_string(so_far));
}

}  // namespace

std::string metrics_text(const MonitoredServer& server, const pages::MonitoringPage& page) {
  Metrics metrics;
  metrics.describe("testlooper_info", "gauge", "The version that runs.");
  metrics.add("version=" + label_value(server.version), 1);
  metrics.describe("testlooper_executor_ready", "gauge", "1 where docker can be used.");
  metrics.add("", server.executor_ready ? 1 : 0);
  metrics.describe("testlooper_slots", "gauge", "Slots for tasks.");
  metrics.add("state=\"busy\"", server.busy_slots);
  metrics.add("state=\"free\"", std::max<std::int64_t>(0, server.slots - server.busy_slots));
  metrics.describe("testlooper_queue_tasks", "gauge", "Tasks that are not finished.");
  for (const auto& each : page.tasks) metrics.add("state=" + label_value(each.state), each.tasks);
  metrics.describe("testlooper_runs_total", "counter", "Recorded runs of tests.");
  for (const auto& repo : page.repos) {
    for (const auto& each : repo.runs) {
      metrics.add("repo=" + label_value(repo.name) + ",outcome=" + label_value(each.outcome),
                  each.runs);
    }
  }
  metrics.describe("testlooper_flaky_tests", "gauge", "Tests that are listed as flaky.");
  for (const auto& repo : page.repos) metrics.add("repo=" + label_value(repo.name), repo.flaky);
  metrics.describe("testlooper_task_duration_seconds", "histogram", "Attempts at tasks, by kind.");
  for (const auto& each : page.durations) add_histogram(metrics, each);
  return metrics.take();
}

}  // namespace testlooper::codec
