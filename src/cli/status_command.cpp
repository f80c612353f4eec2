#include "cli/status_command.hpp"

#include <ostream>

namespace testlooper::cli {

std::string duration_text(std::int64_t seconds) {
  const auto minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return std::to_string(days) + " d " + std::to_string(hours % 24) + " h";
  if (hours > 0) return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
  if (minutes > 0) return std::to_string(minutes) + " min";
  return std::to_string(seconds) + " s";
}

int show_status(const CliContext& context, const ApiClient& client) {
  const auto status = client.status();
  if (!status) {
    context.err << "testlooper: " << status.error().text() << "\n";
    return 2;
  }
  auto& out = context.out;
  out << "testlooper " << status->version << " at " << client.page_url("/") << ", up for "
      << duration_text(status->uptime_s) << "\n";
  if (status->executor_error.empty()) {
    out << "executor: " << status->executor << ", " << status->slots << " slots\n";
  } else {
    out << "executor: not ready: " << status->executor_error << "\n";
  }
  if (!status->places.empty()) out << "places: " << status->places << "\n";
  if (status->draining) out << "draining: no task is started until `testlooper resume`\n";
  out << "repositories: " << status->repos << "\n";
  out << "tasks: " << status->running << " running, " << status->waiting << " waiting\n";
  return 0;
}

}  // namespace testlooper::cli
