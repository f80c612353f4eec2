// What docker sends reads the same however it is cut, and nothing that it sends can do harm.
#include <string>

#include "testlooper/base/check.hpp"

#include "docker/frames.hpp"
#include "docker/progress.hpp"
#include "docker/responses.hpp"
#include "docker/tar.hpp"
#include "docker/tar_meter.hpp"
#include "docker/users.hpp"
#include "input.hpp"

using namespace testlooper;

namespace {

struct Read {
  std::string text;
  bool good = true;
  bool operator==(const Read&) const = default;
};

Read read_frames(std::string_view bytes, std::size_t piece) {
  docker::FrameReader reader;
  Read read;
  const auto sink = [&](docker::Output stream, std::string_view text) -> Result<void> {
    for (const char c : text) read.text += {stream == docker::Output::out ? 'o' : 'e', c};
    return {};
  };
  for (std::size_t at = 0; at < bytes.size() && read.good; at += piece) {
    read.good = reader.feed(bytes.substr(at, piece), sink).has_value();
  }
  TL_CHECK(read.text.size() <= 2 * bytes.size());
  return read;
}

Read read_progress(std::string_view bytes, std::size_t piece) {
  docker::ProgressReader reader;
  Read read;
  for (std::size_t at = 0; at < bytes.size() && read.good; at += piece) {
    const auto lines = reader.feed(bytes.substr(at, piece));
    read.good = lines.has_value();
    if (lines) read.text += *lines;
  }
  read.text += reader.error();
  return read;
}

Read read_tar(std::string_view bytes, std::size_t piece) {
  docker::TarMeter meter;
  Read read;
  for (std::size_t at = 0; at < bytes.size() && read.good; at += piece) {
    read.good = meter.feed(bytes.substr(at, piece)).has_value();
  }
  read.text = std::to_string(meter.bytes()) + " " + std::to_string(meter.entries());
  return read;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const std::size_t piece = size > 0 ? 1 + data[0] % 16u : 1;
  TL_CHECK(read_frames(bytes, piece) == read_frames(bytes, bytes.size() + 1));
  TL_CHECK(read_progress(bytes, piece) == read_progress(bytes, bytes.size() + 1));
  TL_CHECK(read_tar(bytes, piece) == read_tar(bytes, bytes.size() + 1));
  docker::BuildkitTrace().read(bytes);
  (void)docker::parse_container(bytes);
  (void)docker::parse_containers(bytes);
  (void)docker::parse_volumes(bytes);
  (void)docker::parse_volume_kind(bytes);
  (void)docker::parse_new_paths(bytes);
  (void)docker::parse_version(bytes);
  (void)docker::parse_path_header(bytes);
  (void)docker::parse_warnings(bytes);
  TL_CHECK(docker::parse_message(bytes).size() <= 600);
  (void)docker::read_only_file(bytes);
  (void)docker::resolve_user("tester:staff", bytes, bytes);
  return 0;
}
