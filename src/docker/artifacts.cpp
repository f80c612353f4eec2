#include "docker/artifacts.hpp"

#include <filesystem>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>

#include "testlooper/ports/container_host.hpp"

#include "docker/log_file.hpp"
#include "docker/responses.hpp"
#include "docker/temp_file.hpp"
#include "docker/unpack.hpp"
#include "docker/write_all.hpp"

namespace testlooper::docker {
namespace {

constexpr Seconds kSilence{limits::kDockerCallSeconds};
constexpr std::size_t kMessageBytes = 64u << 10;
constexpr std::uint64_t kTarOverhead = 4ull << 20;  // of headers and padding

enum class Read { whole, cut };

// Stops after `most` bytes: what a container holds may be endless.
Awaitable<Result<Read>> read_to_file(std::shared_ptr<Stream> stream, int fd, std::uint64_t most) {
  std::uint64_t total = 0;
  while (true) {
    const auto bytes = co_await stream->read(kSilence);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) co_return Read::whole;
    total += bytes->size();
    if (total > most) co_return Read::cut;
    if (!write_all(fd, *bytes)) co_return unavailable("the artifacts can't be written to the disk");
  }
}

Awaitable<ArtifactsInfo> unpack(UnpackRequest request) { co_return unpack_artifacts(request); }

}  // namespace

Awaitable<Result<ArtifactsInfo>> fetch_artifacts(Host& host, std::string container,
                                                 std::string folder) {
  auto stream = co_await host.client.open(
      get("/containers/" + container + "/archive?path=" + url_encode(kArtifactsFolder)));
  if (!stream) co_return std::unexpected(stream.error());
  if ((*stream)->status() == 404) {
    co_return ArtifactsInfo{{}, {"the folder of TEST_ARTIFACTS is gone, so nothing was kept"}};
  }
  if ((*stream)->status() != 200) {
    const auto body = co_await (*stream)->read_all(kMessageBytes, kSilence);
    co_return unavailable("the artifacts can't be read: " + parse_message(body.value_or("")));
  }
  const TempFile tar(host.options.data_dir + "/tmp/artifacts-" + container + ".tar");
  std::error_code error;
  std::filesystem::create_directories(host.options.data_dir + "/tmp", error);
  const File file(::open(tar.path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.fd() < 0) co_return unavailable("the artifacts can't be written to the disk");
  const auto read = co_await read_to_file(*stream, file.fd(), most_artifact_bytes(host));
  if (!read) co_return std::unexpected(read.error());
  (*stream)->close();
  co_return co_await keep_artifacts(host, tar.path(), std::move(folder), *read == Read::cut);
}

Awaitable<ArtifactsInfo> keep_artifacts(Host& host, std::string tar, std::string folder, bool cut) {
  const UnpackRequest request{.tar = std::move(tar),
                              .folder = host.options.data_dir + "/" + folder,
                              .max_bytes = host.options.artifact_bytes,
                              .cut = cut};
  co_return co_await boost::asio::co_spawn(host.pool, unpack(request), boost::asio::use_awaitable);
}

// Twice the limit, so that one file that is too large does not hide those behind it.
std::uint64_t most_artifact_bytes(const Host& host) {
  return host.options.artifact_bytes * 2 + kTarOverhead;
}

}  // namespace testlooper::docker
