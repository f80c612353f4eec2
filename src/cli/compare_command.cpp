#include "cli/compare_command.hpp"

#include <algorithm>
#include <iomanip>
#include <memory>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/api_client.hpp"

namespace testlooper::cli {
namespace {

constexpr std::size_t kShaDigits = 10;
constexpr int kChangeWidth = 15;

struct CompareCommand {
  std::string repo, head, base;
};

std::string spoken(std::string change) {
  std::ranges::replace(change, '_', ' ');
  return change;
}

std::string id_of(const std::string& path, const std::string& name) {
  return TestName{path, name}.id();
}

std::string failures_text(const std::optional<pages::Counts>& counts) {
  if (!counts) return "not listed";
  const auto failed = counts->failed + counts->error + counts->timed_out + counts->crashed;
  const auto runs = failed + counts->passed + counts->xfailed + counts->xpassed + counts->skipped;
  if (runs == 0) return "no run";
  return std::to_string(failed) + " of " + std::to_string(runs) + " failed";
}

void show_commit(std::ostream& out, const std::string& role, const pages::ComparedCommit& commit) {
  out << role << "  " << commit.sha.substr(0, kShaDigits) << "  " << commit.subject;
  if (!commit.listed) out << " (not all of its tests are listed)";
  out << "\n";
}

void show_test(std::ostream& out, const pages::ComparedTest& test) {
  out << std::left << std::setw(kChangeWidth) << spoken(test.change) << test.suite << "/"
      << id_of(test.path, test.name);
  if (test.was)
    out << " (" << test.continues << ", was " << id_of(test.was_path, test.was_name) << ")";
  if (test.change != "same" && test.change != "new" && test.change != "gone") {
    out << ": " << failures_text(test.base) << ", then " << failures_text(test.head);
  }
  out << "\n";
}

void show(std::ostream& out, const pages::ComparePage& page) {
  show_commit(out, "base", page.base);
  show_commit(out, "head", page.head);
  if (!page.warning.empty()) out << "warning: " << page.warning << "\n";
  std::string totals;
  for (const auto& total : page.totals) {
    if (total.tests == 0) continue;
    totals +=
        (totals.empty() ? "" : ", ") + std::to_string(total.tests) + " " + spoken(total.change);
  }
  out << (totals.empty() ? "no tests" : totals) << "\n";
  for (const auto& test : page.tests) show_test(out, test);
}

bool fails_newly(const pages::ComparePage& page) {
  return std::ranges::any_of(page.totals, [](const pages::ChangeTotal& total) {
    return total.change == "newly_failing" && total.tests > 0;
  });
}

int compare(const CliContext& context, const ApiClient& client, const CompareCommand& command) {
  bool newly = false;
  auto bases = std::vector{command.base};
  for (std::size_t i = 0; i < bases.size(); ++i) {
    const auto page = client.compare(command.repo, command.head, bases[i]);
    if (!page) {
      context.err << "testlooper: " << page.error().text() << "\n";
      return 2;
    }
    // A merge is compared with each of its parents.
    if (command.base.empty() && i == 0) {
      const auto& parents = page->head.parents;
      if (!parents.empty()) bases.insert(bases.end(), parents.begin() + 1, parents.end());
    }
    if (i > 0) context.out << "\n";
    show(context.out, *page);
    newly = newly || fails_newly(*page);
  }
  return newly ? 1 : 0;
}

}  // namespace

void add_compare(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto url = std::make_shared<std::string>();
  const auto command = std::make_shared<CompareCommand>();
  auto& sub = *app.add_subcommand("compare", "show what differs between the tests of two commits");
  sub.add_option("REPO", command->repo, "the repository's name")->required();
  sub.add_option("HEAD", command->head, "the newer commit: an id, a branch, a tag")->required();
  sub.add_option("BASE", command->base, "the older one; absent: each parent of HEAD in turn");
  add_server_option(sub, *url);
  sub.callback([&context, &exit_code, url, command] {
    exit_code = with_client(
        context, *url, [&](const ApiClient& client) { return compare(context, client, *command); });
  });
}

}  // namespace testlooper::cli
