#include "docker/buildkit_trace.hpp"

#include "docker/protobuf.hpp"

namespace testlooper::docker {
namespace {

constexpr std::size_t kSteps = 10'000;

std::string label(int number) { return "#" + std::to_string(number) + " "; }

std::string one_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

}  // namespace

BuildkitTrace::Step* BuildkitTrace::step(std::string_view digest) {
  const auto found = steps_.find(digest);
  if (found != steps_.end()) return &found->second;
  if (steps_.size() >= kSteps) return nullptr;
  Step& made = steps_[std::string(digest)];
  made.number = static_cast<int>(steps_.size());
  return &made;
}

std::string BuildkitTrace::read(std::string_view message) {
  enum Field : std::uint64_t { kVertex = 1, kLog = 3 };
  std::string lines;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == kVertex) lines += read_vertex(field->bytes);
    if (field->number == kLog) lines += read_log(field->bytes);
  }
  return lines;
}

std::string BuildkitTrace::read_vertex(std::string_view message) {
  enum Field : std::uint64_t {
    kDigest = 1,
    kName = 3,
    kCached = 4,
    kStarted = 5,
    kCompleted = 6,
    kError = 7
  };
  std::string_view digest, name, error;
  bool cached = false, started = false, completed = false;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == kDigest) digest = field->bytes;
    if (field->number == kName) name = field->bytes;
    if (field->number == kCached) cached = field->value != 0;
    if (field->number == kStarted) started = true;
    if (field->number == kCompleted) completed = true;
    if (field->number == kError) error = field->bytes;
  }
  // Steps that are only announced are left out, so that numbers follow the order of work.
  if (!started && !cached && !completed && error.empty()) return {};
  Step* known = step(digest);
  if (known == nullptr) return {};
  std::string lines;
  if (!known->named) lines += label(known->number) + one_line(name) + "\n";
  known->named = true;
  if (known->ended || !(cached || completed || !error.empty())) return lines;
  known->ended = true;
  if (known->in_line) lines += "\n";
  if (!error.empty()) return lines + label(known->number) + "ERROR: " + one_line(error) + "\n";
  return lines + label(known->number) + (cached ? "CACHED\n" : "DONE\n");
}

std::string BuildkitTrace::read_log(std::string_view message) {
  enum Field : std::uint64_t { kVertex = 1, kMessage = 4 };
  std::string_view digest, text;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == kVertex) digest = field->bytes;
    if (field->number == kMessage) text = field->bytes;
  }
  Step* known = step(digest);
  if (known == nullptr) return {};
  std::string lines;
  for (const char c : text) {
    if (!known->in_line) lines += label(known->number);
    lines += c;
    known->in_line = c != '\n';
  }
  return lines;
}

}  // namespace testlooper::docker
