// The first process of a container: takes runs over its standard input and sends what they bring to
// its standard output. In a warm container it gives each run a fresh place; "alone", the container
// is the place of the only one. When the server goes away the input ends, and so does this, and
// with it everything in the container.
#include <csignal>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "sandbox/supervisor/alone.hpp"
#include "sandbox/supervisor/supervise.hpp"

using namespace testlooper::sandbox;

namespace {

constexpr int kNonsense = 3;
constexpr std::string_view kProfileWord = "profile=";

// Frames until a request is whole; none where the server is gone or sent something else.
std::optional<RunRequest> next_request(Link& link) {
  std::string bytes;
  while (const auto each = link.wait()) {
    if (each->kind == Kind::stop) continue;  // of a run that has ended meanwhile
    if (each->kind == Kind::go) return decode_request(bytes);
    if (each->kind != Kind::request || bytes.size() > kRequestBytes) break;
    bytes += each->payload;
  }
  return std::nullopt;
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);
  if (count > 1 && std::string_view(words[1]) == "alone") {
    Link link;
    auto request = next_request(link);
    if (request) carry_out_alone(std::move(*request), link);
    return request || link.gone() ? 0 : kNonsense;
  }
  Container container = look_at_container();
  for (const std::string_view each : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    // It goes on running, and no run sees the file in its root.
    if (each == "vanish") unlink(words[0]);
    if (each.starts_with(kProfileWord)) container.profile = each.substr(kProfileWord.size());
  }
  Network network;
  make_layer(container);
  std::string reason = try_out(container, network);
  if (!reason.empty() && !container.layer.empty()) {
    // Without it, each run makes for itself what is in it.
    container.layer.clear();
    reason = try_out(container, network);
  }
  Link link;
  link.send(frame(Kind::hello, encode(Hello{kProtocolVersion, reason})));
  while (const auto request = next_request(link)) {
    if (!carry_out(container, network, *request, link)) return 0;
  }
  return link.gone() ? 0 : kNonsense;
}
