#include "docker/artifacts.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "docker/unpack.hpp"

namespace testlooper::docker {
namespace {

constexpr std::uint64_t kTarOverhead = 4ull << 20;  // of headers and padding

Awaitable<ArtifactsInfo> unpack(UnpackRequest request) { co_return unpack_artifacts(request); }

}  // namespace

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
