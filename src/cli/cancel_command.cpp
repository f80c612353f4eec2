#include "cli/cancel_command.hpp"

#include <ostream>

#include "net/percent.hpp"

namespace testlooper::cli {

std::string cancel_path(const std::string& kind, const std::string& first,
                        const std::string& second) {
  if (second.empty()) return kind + "/" + net::percent_encoded(first);
  return "repos/" + net::percent_encoded(first) + "/" + kind + "/" + net::percent_encoded(second);
}

int cancel(const CliContext& context, const ApiClient& client, const std::string& path) {
  if (const auto cancelled = client.cancel(path); !cancelled) {
    context.err << "testlooper: " << cancelled.error().text() << "\n";
    return 2;
  }
  context.out << "cancelled: nothing of it starts any more, and what runs is being stopped\n";
  return 0;
}

int retry_commit(const CliContext& context, const ApiClient& client, const std::string& repo,
                 const std::string& commit) {
  const auto path = "/api/v1/repos/" + net::percent_encoded(repo) + "/commits/" +
                    net::percent_encoded(commit) + "/retry";
  const auto done = client.answer("POST", path, R"({"requested_by": "cli"})");
  if (!done) return say_error(context, done.error());
  context.out << "what went wrong before the tests of " << commit << " is tried again\n";
  return 0;
}

}  // namespace testlooper::cli
