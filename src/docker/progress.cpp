#include "docker/progress.hpp"

#include <nlohmann/json.hpp>

#include "docker/base64.hpp"

namespace testlooper::docker {
namespace {

using nlohmann::json;

constexpr std::size_t kValueBytes = 4u << 20;

std::string text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Bars that move are left out; the change of what is being done stays.
std::string status_line(const json& value) {
  const std::string status = text(value, "status");
  const auto detail = value.find("progressDetail");
  if (status.empty() || (detail != value.end() && !detail->empty())) return {};
  const std::string id = text(value, "id");
  return (id.empty() ? "" : id + ": ") + status + "\n";
}

}  // namespace

Result<std::string> ProgressReader::feed(std::string_view bytes) {
  std::string lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (pending_.size() + piece.size() > kValueBytes) {
      return unavailable("docker's progress can't be understood: a line of more than 4 MB");
    }
    pending_ += piece;
    if (end == bytes.npos) break;
    bytes.remove_prefix(end + 1);
    lines += one_value(pending_);
    pending_.clear();
  }
  return lines;
}

std::string ProgressReader::one_value(std::string_view line) {
  const json value = json::parse(line, nullptr, false);
  if (!value.is_object()) return {};
  if (const std::string error = text(value, "error"); !error.empty()) {
    error_ = error;
    return {};
  }
  if (text(value, "id") == "moby.buildkit.trace") {
    const auto message = decode_base64(text(value, "aux"));
    return message ? trace_.read(*message) : "";
  }
  const std::string stream = text(value, "stream");
  return stream.empty() ? status_line(value) : stream;
}

}  // namespace testlooper::docker
