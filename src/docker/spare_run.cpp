#include "docker/spare_run.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "docker/artifacts.hpp"
#include "docker/requests.hpp"
#include "docker/sandbox_request.hpp"
#include "docker/tar.hpp"
#include "docker/temp_file.hpp"

namespace testlooper::docker {
namespace {

// The commit's files, as a tar with the folders that every run finds; empty where they are too
// many to be sent along. Any thread.
Result<std::string> read_files(const std::function<Result<std::string>()>& make_tar) {
  const auto path = make_tar();
  if (!path) return path;
  const TempFile file(*path);
  std::error_code error;
  if (std::filesystem::file_size(file.path(), error) > limits::kFilesSentAlong || error) {
    return std::string{};
  }
  std::ifstream stream(file.path(), std::ios::binary);
  return tar_of_folders({}) + std::string{std::istreambuf_iterator<char>(stream), {}};
}

// Nothing where the commit's files are too many.
Awaitable<Result<std::optional<sandbox::RunRequest>>> request_with_files(Host& host,
                                                                         const ContainerJob& job) {
  auto request = container_request(job, most_artifact_bytes(host));
  request.variables = own_variables(job);
  if (job.source.tag.empty()) co_return request;
  auto files = co_await on_pool(host, [&job] { return read_files(job.source.make_tar); });
  if (!files) co_return std::unexpected(files.error());
  if (files->empty()) co_return std::nullopt;
  request.files = std::move(*files);
  co_return request;
}

}  // namespace

Awaitable<Result<std::optional<ContainerEnd>>> try_in_spare(Host& host, Spares& spares,
                                                            Pauses& pauses, const ContainerJob& job,
                                                            CancelFlag cancelled,
                                                            const std::function<void()>& on_started,
                                                            std::shared_ptr<LogSink> log) {
  auto spare = fits_in_request(job) ? spares.take(job) : nullptr;
  if (!spare) co_return std::nullopt;
  // The attempt's name, so that there can't be a second container of it.
  if (!co_await rename(host, spare, container_name(host.options.instance_id, job.attempt))) {
    co_await dispose(host, pauses, spare);
    co_return std::nullopt;
  }
  auto request = co_await request_with_files(host, job);
  if (!request || !*request) {
    if (request) spares.refuse(job);
    co_await dispose(host, pauses, spare);
    if (!request) co_return std::unexpected(request.error());
    co_return std::nullopt;
  }
  bool began = false;
  const std::function<void()> told = [&] {
    began = true;
    on_started();
  };
  auto seen = co_await carry_out_supervised(
      {host, job, std::move(cancelled), told, log, spare->line}, std::move(**request));
  Result<void> learnt;
  const bool well = seen && !seen->trouble && ended_well(seen->end);
  if (well) {
    dispose_ended_beside(host, pauses, spare);
  } else {
    if (seen && !seen->trouble) learnt = co_await learn_end(host, spare, seen->end);
    co_await dispose(host, pauses, spare);
  }
  // It may have gone while it waited; then nothing has happened yet.
  if (!began && (!seen || seen->trouble)) co_return std::nullopt;
  if (!seen) co_return std::unexpected(seen.error());
  if (!learnt) co_return std::unexpected(learnt.error());
  co_return std::move(seen->end);
}

}  // namespace testlooper::docker
