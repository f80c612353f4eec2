#include "docker/supervised.hpp"

#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>

#include "docker/artifacts.hpp"
#include "docker/log_file.hpp"
#include "docker/responses.hpp"
#include "docker/temp_file.hpp"
#include "docker/write_all.hpp"
#include "sandbox/report.hpp"

namespace testlooper::docker {
namespace {

using sandbox::Kind;

constexpr Seconds kRequestDeadline{limits::kDockerCallSeconds};
// Beyond the time limit: the grace, what the run left, and a busy machine.
constexpr Seconds kSlack{180};
constexpr int kSignalExit = 128;

// Where the tar of the artifacts is until it is taken apart.
class ArtifactTar {
 public:
  explicit ArtifactTar(std::string path) : file_(std::move(path)) {}
  Result<void> add(std::string_view bytes) {
    if (fd_.fd() < 0) {
      std::error_code error;
      std::filesystem::create_directories(std::filesystem::path(path()).parent_path(), error);
      fd_ = File(::open(path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    }
    if (fd_.fd() >= 0 && write_all(fd_.fd(), bytes)) return {};
    return unavailable("the artifacts can't be written to the disk");
  }
  const std::string& path() const { return file_.path(); }

 private:
  TempFile file_;
  File fd_{-1};
};

// What the coroutines of one run share.
struct Run : SupervisedRun {
  std::unique_ptr<ArtifactTar> tar;
  sandbox::ReportReader report;
  std::optional<sandbox::Ended> ended;
  std::optional<Error> error;
  bool told = false;  // on_started
  bool over = false;
  bool watched = true;
};
using RunPtr = std::shared_ptr<Run>;

RunPtr make_run(SupervisedRun wanted, const sandbox::RunRequest& request) {
  const auto& options = wanted.host.options;
  const std::string name = container_name(options.instance_id, wanted.job.attempt);
  auto tar = std::make_unique<ArtifactTar>(options.data_dir + "/tmp/artifacts-" + name + ".tar");
  sandbox::ReportReader report(
      request.outputs, request.artifact_bytes,
      [file = tar.get()](std::string_view bytes) { return file->add(bytes); });
  return std::make_shared<Run>(Run{std::move(wanted), std::move(tar), std::move(report), {}, {}});
}

// Ends the run when somebody asks, or when its log is lost.
Awaitable<void> watch(RunPtr run) {
  Host& host = run->host;
  while (!run->over && !*run->cancelled && !run->error) co_await host.changed.wait();
  if (run->over) co_return;
  const auto grace = host.stopping ? 0 : limits::kCancelGraceMs;
  const auto asked = co_await run->line->stream->write(
      sandbox::frame(Kind::stop, sandbox::encode_number(static_cast<std::uint64_t>(grace))),
      kRequestDeadline);
  if (!asked) run->line->stream->close();
}

void keep_error(Run& run, const Error& error) {
  if (run.error) return;
  run.error = error;
  run.host.changed.notify();
}

void take(Run& run, const sandbox::Frame& frame) {
  switch (frame.kind) {
    case Kind::output:
    case Kind::error:
      run.log->write(frame.kind == Kind::output ? Output::out : Output::err, frame.payload);
      if (run.log->error()) keep_error(run, *run.log->error());
      return;
    case Kind::report:
      if (run.error) return;
      if (auto fed = run.report.feed(frame.payload); !fed) {
        keep_error(run, {ErrorKind::unavailable, fed.error().message, ""});
      }
      if (run.report.report().started && !std::exchange(run.told, true)) run.on_started();
      return;
    case Kind::ended:
      run.ended = sandbox::decode_ended(frame.payload);
      return;
    default:
      run.line->spent = true;
  }
}

// Until the supervisor says that it is over, or is gone.
Awaitable<Result<void>> pump(RunPtr run, Seconds silence) {
  SupervisorLine& line = *run->line;
  const auto feed = [&](Output stream, std::string_view bytes) -> Result<void> {
    if (stream == Output::out) line.decoder.feed(bytes);
    while (const auto frame = line.decoder.next()) take(*run, *frame);
    return {};
  };
  while (!run->ended && !line.spent) {
    const auto bytes = co_await line.stream->read(silence);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) co_return unavailable("the supervisor of the run has ended");
    if (auto fed = line.output.feed(*bytes, feed); !fed) co_return fed;
    if (line.decoder.broken()) break;
  }
  if (run->ended && !line.spent) co_return Result<void>{};
  co_return unavailable("the run's supervisor is not to be understood");
}

Awaitable<Result<void>> carry_out(RunPtr run, std::string request) {
  const Seconds timeout =
      run->job.timeout.count() > 0 ? run->job.timeout : Seconds{limits::kDefaultTimeoutSeconds};
  const auto sent = co_await run->line->stream->write(std::move(request), kRequestDeadline);
  if (!sent) co_return sent;
  spawn(run->host, watch(run), [run](std::exception_ptr) {
    run->watched = false;
    run->host.changed.notify();
  });
  auto pumped = co_await pump(run, timeout + kSlack);
  run->over = true;
  run->host.changed.notify();
  while (run->watched) co_await run->host.changed.wait();
  co_return pumped;
}

// The supervisor may have been what the kernel ended when the memory ran out.
Awaitable<bool> ran_out_of_memory(Host& host, std::string id) {
  const auto body = co_await body_of(host, get("/containers/" + id + "/json"), "its end");
  const auto facts = body ? parse_container(*body) : std::unexpected(body.error());
  co_return facts && facts->oom_killed;
}

Awaitable<ArtifactsInfo> collect_artifacts(RunPtr run) {
  const auto& report = run->report.report();
  if (report.artifacts_gone) {
    co_return ArtifactsInfo{{}, {"the folder of TEST_ARTIFACTS is gone, so nothing was kept"}};
  }
  if (!report.has_artifacts) co_return ArtifactsInfo{};
  co_return co_await keep_artifacts(run->host, run->tar->path(), run->job.artifacts_path,
                                    report.artifacts_cut || !report.complete);
}

int exit_code_of(const sandbox::RunReport& report) {
  if (!report.wait_status) return kSignalExit + SIGKILL;
  const int status = *report.wait_status;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalExit + WTERMSIG(status);
}

Awaitable<Result<Supervised>> conclude(RunPtr run, ContainerEnd end, Result<void> pumped) {
  auto& report = run->report.report();
  if (!pumped) {
    run->line->spent = true;
    if (!run->told || !co_await ran_out_of_memory(run->host, run->line->id)) {
      co_return std::unexpected(pumped.error());
    }
    end.oom_killed = true;
  }
  if (report.trouble) {
    run->line->spent = true;
    co_return Supervised{{}, std::move(report.trouble)};
  }
  if (run->error) co_return std::unexpected(*run->error);
  end.exit_code = exit_code_of(report);
  if (run->ended) {
    end.timed_out = run->ended->timed_out && !run->ended->stopped;
    end.cancelled = run->ended->stopped;
    end.oom_killed = run->ended->out_of_memory > 0;
  }
  if (end.cancelled) co_return Supervised{std::move(end), {}};
  end.outputs = std::move(report.outputs);
  end.oversized_outputs = std::move(report.oversized);
  end.artifacts = co_await collect_artifacts(run);
  co_return Supervised{std::move(end), {}};
}

std::string bytes_of(const sandbox::RunRequest& request) {
  return sandbox::frames(Kind::request, sandbox::encode(request)) + sandbox::frame(Kind::go);
}

}  // namespace

Awaitable<Result<Supervised>> carry_out_supervised(SupervisedRun wanted,
                                                   sandbox::RunRequest request) {
  const auto run = make_run(std::move(wanted), request);
  ContainerEnd end;
  end.started_at = run->host.clock.wall();
  const auto began = run->host.clock.monotonic();
  auto pumped = co_await carry_out(run, bytes_of(request));
  end.duration = std::chrono::duration_cast<Milliseconds>(run->host.clock.monotonic() - began);
  co_return co_await conclude(run, std::move(end), std::move(pumped));
}

}  // namespace testlooper::docker
