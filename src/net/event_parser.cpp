#include "net/event_parser.hpp"

namespace testlooper::net {
namespace {

ServerEvent parse_event(std::string_view text) {
  ServerEvent event;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with("event: ")) event.name = line.substr(7);
    if (line.starts_with("data: ")) event.data = line.substr(6);
  }
  return event;
}

}  // namespace

std::vector<ServerEvent> EventParser::take(std::string_view piece) {
  pending_ += piece;
  std::vector<ServerEvent> events;
  for (auto end = pending_.find("\n\n"); end != std::string::npos; end = pending_.find("\n\n")) {
    auto event = parse_event(std::string_view(pending_).substr(0, end));
    pending_.erase(0, end + 2);
    if (!event.name.empty()) events.push_back(std::move(event));
  }
  return events;
}

}  // namespace testlooper::net
