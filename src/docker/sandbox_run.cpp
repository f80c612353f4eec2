#include "docker/sandbox_run.hpp"

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
struct Run {
  Host& host;
  const ContainerJob& job;
  CancelFlag cancelled;
  const std::function<void()>& on_started;
  std::shared_ptr<LogSink> log;
  SandboxLease lease;
  std::unique_ptr<ArtifactTar> tar;
  sandbox::ReportReader report;
  std::optional<sandbox::Ended> ended;
  std::optional<Error> error;
  bool told = false;  // on_started
  bool over = false;
  bool watched = true;
};
using RunPtr = std::shared_ptr<Run>;

RunPtr make_run(Host& host, const ContainerJob& job, CancelFlag cancelled,
                const std::function<void()>& on_started, std::shared_ptr<LogSink> log,
                SandboxLease lease, const sandbox::RunRequest& request) {
  const std::string name = container_name(host.options.instance_id, job.attempt);
  auto tar =
      std::make_unique<ArtifactTar>(host.options.data_dir + "/tmp/artifacts-" + name + ".tar");
  sandbox::ReportReader report(
      request.outputs, request.artifact_bytes,
      [file = tar.get()](std::string_view bytes) { return file->add(bytes); });
  return std::make_shared<Run>(Run{host,
                                   job,
                                   std::move(cancelled),
                                   on_started,
                                   std::move(log),
                                   std::move(lease),
                                   std::move(tar),
                                   std::move(report),
                                   {},
                                   {}});
}

// Ends the run when somebody asks, or when its log is lost.
Awaitable<void> watch(RunPtr run) {
  Host& host = run->host;
  while (!run->over && !*run->cancelled && !run->error) co_await host.changed.wait();
  if (run->over) co_return;
  const auto grace = host.stopping ? 0 : limits::kCancelGraceMs;
  const auto asked = co_await run->lease->line->write(
      sandbox::frame(Kind::stop, sandbox::encode_number(static_cast<std::uint64_t>(grace))),
      kRequestDeadline);
  if (!asked) run->lease->line->close();
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
      run.lease->spent = true;
  }
}

// Until the supervisor says that it is over, or is gone.
Awaitable<Result<void>> pump(RunPtr run, Seconds silence) {
  Sandbox& sandbox = *run->lease;
  const auto feed = [&](Output stream, std::string_view bytes) -> Result<void> {
    if (stream == Output::out) sandbox.decoder.feed(bytes);
    while (const auto frame = sandbox.decoder.next()) take(*run, *frame);
    return {};
  };
  while (!run->ended && !sandbox.spent) {
    const auto bytes = co_await sandbox.line->read(silence);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) co_return unavailable("the warm container has ended");
    if (auto fed = sandbox.output.feed(*bytes, feed); !fed) co_return fed;
    if (sandbox.decoder.broken()) break;
  }
  if (run->ended && !sandbox.spent) co_return Result<void>{};
  co_return unavailable("the warm container's supervisor is not to be understood");
}

Awaitable<Result<void>> carry_out(RunPtr run, std::string request) {
  const Seconds timeout =
      run->job.timeout.count() > 0 ? run->job.timeout : Seconds{limits::kDefaultTimeoutSeconds};
  const auto sent = co_await run->lease->line->write(std::move(request), kRequestDeadline);
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

Awaitable<Result<SandboxTry>> conclude(RunPtr run, ContainerEnd end, Result<void> pumped) {
  auto& report = run->report.report();
  end.place = Place::sandbox;
  if (!pumped) {
    run->lease->spent = true;
    if (!run->told || !co_await ran_out_of_memory(run->host, run->lease->id)) {
      co_return std::unexpected(pumped.error());
    }
    end.oom_killed = true;
  }
  if (report.trouble) {
    run->lease->spent = true;
    co_return SandboxTry{{}, report.trouble->what + ": " + std::strerror(report.trouble->error)};
  }
  if (run->error) co_return std::unexpected(*run->error);
  end.exit_code = exit_code_of(report);
  if (run->ended) {
    end.timed_out = run->ended->timed_out && !run->ended->stopped;
    end.cancelled = run->ended->stopped;
    end.oom_killed = run->ended->out_of_memory > 0;
  }
  if (end.cancelled) co_return SandboxTry{std::move(end), ""};
  end.outputs = std::move(report.outputs);
  end.oversized_outputs = std::move(report.oversized);
  end.artifacts = co_await collect_artifacts(run);
  co_return SandboxTry{std::move(end), ""};
}

std::string bytes_of(const sandbox::RunRequest& request) {
  return sandbox::frames(Kind::request, sandbox::encode(request)) + sandbox::frame(Kind::go);
}

}  // namespace

Awaitable<Result<SandboxTry>> try_in_sandbox(Host& host, Sandboxes& sandboxes,
                                             const ContainerJob& job, CancelFlag cancelled,
                                             const std::function<void()>& on_started,
                                             std::shared_ptr<LogSink> log) {
  if (auto why = why_no_sandbox(job)) co_return SandboxTry{{}, std::move(*why)};
  auto offer = co_await sandboxes.acquire(job, cancelled);
  if (!offer) co_return std::unexpected(offer.error());
  if (!offer->lost_volumes.empty()) {
    ContainerEnd end;
    end.missing_volumes = std::move(offer->lost_volumes);
    co_return SandboxTry{std::move(end), ""};
  }
  if (!offer->lease) co_return SandboxTry{{}, std::move(offer->reason)};
  const auto request = sandbox_request(job, offer->lease->user,
                                       {host.options.network == "none", most_artifact_bytes(host)});
  const auto run =
      make_run(host, job, std::move(cancelled), on_started, std::move(log), offer->lease, request);
  ContainerEnd end;
  end.started_at = host.clock.wall();
  const auto began = host.clock.monotonic();
  auto pumped = co_await carry_out(run, bytes_of(request));
  end.duration = std::chrono::duration_cast<Milliseconds>(host.clock.monotonic() - began);
  auto tried = co_await conclude(run, std::move(end), std::move(pumped));
  co_await sandboxes.give_back(run->lease);
  co_return tried;
}

}  // namespace testlooper::docker
