#include "cli/test_command.hpp"

#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <ostream>

namespace testlooper::cli {
namespace {

constexpr std::size_t kShaDigits = 10;
constexpr int kVerdictWidth = 8;
constexpr int kCountWidth = 18;

std::string counts_text(const pages::TestCommit& commit) {
  if (commit.runs == 0) return "no run";
  return std::to_string(commit.failures) + " of " + std::to_string(commit.runs) + " failed";
}

// What the test is called at these commits, unless it is but what it was asked for as.
void print_names(std::ostream& out, const pages::TestPage& page) {
  for (std::size_t i = 0; i < page.names.size(); ++i) {
    const auto& [test, path, name] = page.names[i];
    if (i == 0 && test == page.test) continue;
    const auto newest =
        std::ranges::find(page.commits, static_cast<std::int64_t>(i), &pages::TestCommit::named);
    out << (i == 0 ? "it is called " : "it was called ") << TestName{path, name}.id()
        << (i == 0 ? " now" : " until " + newest->sha.substr(0, kShaDigits)) << "\n";
  }
}

}  // namespace

int show_test(const CliContext& context, const ApiClient& client, const TestCommand& command) {
  const auto page = client.test(command.repo, command.test, command.branch, command.limit);
  if (!page) {
    context.err << "testlooper: " << page.error().text() << "\n";
    return 2;
  }
  auto& out = context.out;
  out << page->suite << "/" << TestName{page->path, page->name}.id() << " on " << page->branch
      << "\n";
  print_names(out, *page);
  if (page->commits.empty()) out << "none of the newest commits has it\n";
  for (const auto& commit : page->commits) {
    out << commit.sha.substr(0, kShaDigits) << "  " << std::left << std::setw(kVerdictWidth)
        << commit.verdict << std::setw(kCountWidth) << counts_text(commit) << commit.subject
        << "\n";
  }
  return 0;
}

}  // namespace testlooper::cli
