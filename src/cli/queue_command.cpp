#include "cli/queue_command.hpp"

#include <algorithm>
#include <iomanip>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/api_client.hpp"
#include "cli/status_command.hpp"

namespace testlooper::cli {
namespace {

constexpr std::size_t kShaDigits = 10;
constexpr int kIdWidth = 8;
constexpr int kKindWidth = 15;
constexpr int kWhenWidth = 18;

struct QueueCommand {
  std::string repo;
  std::size_t limit = 20;
};

std::string what_text(const pages::TaskSummary& task) {
  auto text = task.repo + " " + task.sha.substr(0, kShaDigits);
  if (!task.suite.empty()) text += "  " + task.suite;
  if (task.tests > 0) {
    text += ", " + std::to_string(task.tests) + (task.tests == 1 ? " test" : " tests");
  }
  return text;
}

void show_task(std::ostream& out, const pages::TaskSummary& task, const std::string& when) {
  auto kind = task.kind;
  std::ranges::replace(kind, '_', ' ');
  out << "  " << std::left << std::setw(kIdWidth) << task.id.value << std::setw(kKindWidth) << kind
      << std::setw(kWhenWidth) << when << what_text(task);
  if (task.waits_for) out << "; " << task.waits_for->text;
  out << "\n";
}

void show(std::ostream& out, const pages::EnginePage& page) {
  if (page.draining) out << "draining: no task is started until `testlooper resume`\n";
  if (!page.executor_error.empty()) {
    out << "executor: not ready: " << page.executor_error << "\n";
  }
  out << page.running.size() << " running\n";
  for (const auto& task : page.running) {
    const auto spent = page.answered_at - task.started_at.value_or(page.answered_at);
    show_task(out, task, "for " + duration_text(std::max<std::int64_t>(spent.count(), 0) / 1000));
  }
  out << page.waiting_total << " waiting\n";
  for (const auto& task : page.waiting) {
    const auto in =
        task.starts_at ? std::optional{*task.starts_at - page.answered_at} : std::nullopt;
    show_task(out, task, about_text(in));
  }
  const auto more = page.waiting_total - std::ssize(page.waiting);
  if (more > 0) out << "  and " << more << " more (--limit shows more)\n";
}

}  // namespace

std::string about_text(std::optional<Milliseconds> in) {
  if (!in) return "some time";
  const auto seconds = std::chrono::ceil<Seconds>(*in).count();
  if (seconds <= 1) return "soon";
  // More exact than it is known would be a lie.
  if (seconds < 100) return "in about " + std::to_string(seconds) + " s";
  return "in about " + duration_text((seconds + 30) / 60 * 60);
}

void add_queue(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto url = std::make_shared<std::string>();
  const auto command = std::make_shared<QueueCommand>();
  auto& queue = *app.add_subcommand(
      "queue", "show what runs, and what waits: why, and when it will about start");
  queue.add_option("--repo", command->repo, "only tasks of this repository");
  queue.add_option("--limit", command->limit, "waiting tasks that are shown")
      ->check(CLI::Range(std::size_t{1}, limits::kQueueTasks))
      ->capture_default_str();
  add_server_option(queue, *url);
  queue.callback([&context, &exit_code, url, command] {
    exit_code = with_client(context, *url, [&](const ApiClient& client) {
      const auto page = client.engine(command->repo, command->limit);
      if (!page) return say_error(context, page.error());
      show(context.out, *page);
      return 0;
    });
  });
}

}  // namespace testlooper::cli
