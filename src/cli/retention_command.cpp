#include "cli/retention_command.hpp"

#include <array>
#include <ostream>

#include "cli/cli.hpp"

namespace testlooper::cli {
namespace {

constexpr int kDone = 0, kNotDone = 2;

std::string rule_text(const pages::RetentionUse& use) {
  std::string text;
  const auto add = [&](std::int64_t limit, const std::string& unit) {
    if (limit == 0) return;
    text += (text.empty() ? "at most " : ", ") + std::to_string(limit) + unit;
  };
  add(use.days, " days");
  add(use.max_count, " of them");
  add(use.max_mb, " MB");
  return text.empty() ? "no limit" : text;
}

void print_use(std::ostream& out, const pages::RetentionUse& use) {
  out << (use.repo.empty() ? "all" : use.repo) << "  " << use.kind << ": " << use.count << ", "
      << size_text(use.bytes) << "; kept " << rule_text(use);
  if (use.going > 0) out << "; would go: " << use.going << ", " << size_text(use.going_bytes);
  out << "\n";
}

void print_page(std::ostream& out, const pages::RetentionPage& page) {
  out << "disk: " << size_text(page.disk_free_bytes) << " free of "
      << size_text(page.disk_total_bytes) << ", reserve " << size_text(page.disk_reserve_bytes)
      << "\nstore: " << size_text(page.store_bytes) << "\n";
  if (!page.paused.empty()) out << "paused: " << page.paused << "\n";
  for (const auto& use : page.uses) print_use(out, use);
  for (const auto& item : page.going) {
    out << "would go: " << (item.repo.empty() ? "" : item.repo + "  ") << item.kind << "  "
        << item.what << ", " << size_text(item.bytes) << ": " << item.why << "\n";
  }
  if (page.last_run) {
    out << "the last run removed " << page.last_run->removed << ", "
        << size_text(page.last_run->bytes);
    if (!page.last_run->error.empty()) out << "; " << page.last_run->error;
    out << "\n";
  }
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits{"KB", "MB", "GB", "TB"};
  auto tenths = bytes * 10 / 1024;
  std::size_t unit = 0;
  while (tenths >= 10'240 && unit + 1 < kUnits.size()) {
    tenths /= 1024;
    ++unit;
  }
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " + kUnits.at(unit);
}

int show_retention(const CliContext& context, const ApiClient& client) {
  const auto page = client.retention();
  if (!page) return say_error(context, page.error());
  print_page(context.out, *page);
  if (page->error.empty()) return kDone;
  context.err << "testlooper: images are left out: " << page->error << "\n";
  return kNotDone;
}

int run_retention(const CliContext& context, const ApiClient& client) {
  if (const auto started = client.run_retention(); !started) {
    return say_error(context, started.error());
  }
  context.out << "retention runs; `testlooper retention` tells what it did\n";
  return kDone;
}

}  // namespace testlooper::cli
