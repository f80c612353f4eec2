#include "docker/archive.hpp"

#include <utility>

#include "docker/tar.hpp"
#include "net/percent.hpp"

namespace testlooper::docker {
namespace {

// What a tar with one file has besides the file: headers, a long name, padding, the end.
constexpr std::size_t kTarOverhead = 64u << 10;
constexpr Seconds kSilence{limits::kDockerCallSeconds};
constexpr Seconds kUploadDeadline{limits::kSetupTimeoutSeconds};

std::string target_of(const std::string& container, const std::string& path) {
  return "/containers/" + container + "/archive?path=" + net::percent_encoded(path);
}

Awaitable<Result<std::string>> fetch_tar(Host& host, std::string container, std::string path,
                                         std::size_t max_bytes) {
  auto stream = co_await host.client.open(get(target_of(container, path)));
  if (!stream) co_return std::unexpected(stream.error());
  auto tar = co_await (*stream)->read_all(max_bytes + kTarOverhead, kSilence);
  if (tar && (*stream)->status() != 200) co_return unavailable(path + ": " + parse_message(*tar));
  co_return tar;
}

}  // namespace

Awaitable<Result<std::optional<PathFacts>>> look_at(Host& host, std::string container,
                                                    std::string path) {
  Request request = get(target_of(container, path));
  request.method = "HEAD";
  const auto reply = co_await host.client.call(std::move(request));
  if (!reply) co_return std::unexpected(reply.error());
  if (reply->status == 404) co_return std::nullopt;
  if (!reply->ok()) {
    co_return unavailable(path + " can't be looked at: docker answered " +
                          std::to_string(reply->status));
  }
  auto facts = parse_path_header(reply->path_facts);
  if (!facts) co_return std::unexpected(facts.error());
  co_return *facts;
}

Awaitable<Result<Fetched>> fetch_file(Host& host, std::string container, std::string path,
                                      std::size_t max_bytes) {
  const auto facts = co_await look_at(host, container, path);
  if (!facts) co_return std::unexpected(facts.error());
  if (!*facts || !(*facts)->regular) co_return Fetched{};
  if ((*facts)->size > max_bytes) co_return Fetched{true, std::nullopt};
  if ((*facts)->size == 0) co_return Fetched{false, ""};
  const auto tar = co_await fetch_tar(host, container, path, max_bytes);
  if (!tar) co_return std::unexpected(tar.error());
  auto content = read_only_file(*tar);
  if (!content) co_return std::unexpected(content.error());
  co_return Fetched{false, std::move(*content)};
}

Awaitable<Result<void>> put_archive(Host& host, std::string container, Request body) {
  body.method = "PUT";
  body.target = target_of(container, "/");
  body.content_type = "application/x-tar";
  body.deadline = kUploadDeadline;
  const auto done = co_await body_of(host, std::move(body), "the files can't be put in place");
  if (!done) co_return std::unexpected(done.error());
  co_return Result<void>{};
}

}  // namespace testlooper::docker
