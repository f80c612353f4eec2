#include "cli/run_command.hpp"

#include <ostream>

#include "cli/follow.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {
namespace {

constexpr int kPassed = 0, kFailed = 1;
constexpr std::size_t kShortSha = 10;

std::int64_t failures_in(const pages::Counts& counts) {
  return counts.failed + counts.error + counts.timed_out + counts.crashed;
}

std::string counted(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what;
}

int say(const CliContext& context, const std::string& what) {
  return say_error(context, {ErrorKind::invalid, what, {}});
}

Result<pages::RequestPage> wait_for(const CliContext& context, const ApiClient& client,
                                    const RunCommand& command, DesiredId id) {
  return follow<pages::RequestPage>(
      context, client, command.patience, [&] { return client.request(id); },
      [](const pages::RequestPage& page) { return page.finished; },
      [](const pages::RequestPage& page) { return progress_line(page); });
}

// Where the runs were, and why the newest of them was there.
std::string places_line(const pages::RequestPage& page) {
  return counted(page.in_sandboxes, "of them in sandboxes") +
         (page.place_reason.empty() ? "" : " (" + page.place_reason + ")");
}

int tell_end(const CliContext& context, const ApiClient& client, const pages::RequestPage& page) {
  for (const auto& run : page.failures) {
    context.out << run.outcome << "  " << run.suite << "/" << TestName{run.path, run.name}.id()
                << "  " << client.page_url("/runs/" + std::to_string(run.id.value)) << "\n";
  }
  const auto failures = failures_in(page.counts);
  context.out << counted(page.desired.done, "runs") << ": "
              << counted(page.counts.passed + page.counts.xfailed + page.counts.xpassed, "passed")
              << ", " << counted(failures, "failed") << ", "
              << counted(page.counts.skipped, "skipped") << "\n";
  if (page.desired.done > 0) context.out << places_line(page) << "\n";
  if (!page.error.empty()) return say(context, page.error);
  if (page.desired.given_up > 0) {
    return say(context, counted(page.desired.given_up,
                                "runs were given up: the machine "
                                "failed them; see the commit's tasks"));
  }
  if (page.desired.done == 0) return say(context, "no test matches");
  return failures > 0 ? kFailed : kPassed;
}

}  // namespace

std::string progress_line(const pages::RequestPage& page) {
  return std::to_string(page.desired.done) + "/" + counted(page.desired.wanted, "runs") + ", " +
         counted(failures_in(page.counts), "failed") + ", " +
         counted(page.desired.in_flight, "under way");
}

std::string times(std::int64_t runs) { return counted(runs, runs == 1 ? "time" : "times"); }

int run_tests(const CliContext& context, const ApiClient& client, const RunCommand& command) {
  const auto id = client.request_runs(command.repo, command.commit, command.request);
  if (!id) return say_error(context, id.error());
  const auto page = client.request(*id);
  if (!page) return say_error(context, page.error());
  context.out << "request " << id->value << ": " << times(page->desired.runs) << " "
              << page->desired.filter << " at " << page->sha.substr(0, kShortSha) << "  "
              << client.page_url("/r/" + net::percent_encoded(page->repo) + "/c/" + page->sha)
              << std::endl;
  if (!command.wait) return kPassed;
  const auto end = wait_for(context, client, command, *id);
  if (!end) return say_error(context, end.error());
  return tell_end(context, client, *end);
}

}  // namespace testlooper::cli
