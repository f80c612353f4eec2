#include "docker/images.hpp"

#include <chrono>
#include <utility>

#include "docker/progress.hpp"
#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "docker/served_file.hpp"
#include "docker/temp_file.hpp"

namespace testlooper::docker {
namespace {

using std::chrono::steady_clock;

constexpr Seconds kForEver{0};
constexpr std::size_t kMessageBytes = 64u << 10;

// What the coroutines of one image share.
struct Work {
  Host& host;
  ImageJob job;
  CancelFlag cancelled;
  std::shared_ptr<LogSink> log;
  steady_clock::time_point deadline;
  std::shared_ptr<Stream> stream;  // of the call that takes long
  bool done = false;
  bool timed_out = false;
};
using WorkPtr = std::shared_ptr<Work>;

void say(Work& work, const std::string& line) { work.log->write(Output::out, line + "\n"); }

bool may_go_on(const Work& work) {
  return !*work.cancelled && !work.log->error() && steady_clock::now() < work.deadline;
}

// Docker gives up what it does for a connection that is closed.
Awaitable<void> watch(WorkPtr work) {
  while (!work->done && may_go_on(*work)) {
    co_await work->host.changed.wait_until(work->deadline);
  }
  if (work->done) co_return;
  work->timed_out = !*work->cancelled && steady_clock::now() >= work->deadline;
  if (work->stream) work->stream->close();
}

// Why the work is not to go on, in place of the error that this caused.
Error error_of(const Work& work, Error error) {
  if (*work.cancelled) return {ErrorKind::cancelled, "it was cancelled", ""};
  if (work.log->error()) return *work.log->error();
  if (!work.timed_out) return error;
  const std::string limit = std::to_string(work.job.timeout.count());
  return {work.job.pull.empty() ? ErrorKind::invalid : ErrorKind::unavailable,
          "the image was not ready within " + limit + " s, its time limit", ""};
}

struct Progress {
  int status = 200;
  std::string error;  // what docker says is wrong; empty where all went well
};

// A call whose answer is a report of progress: all of it goes to the log.
Awaitable<Result<Progress>> follow(WorkPtr work, Request request) {
  if (!may_go_on(*work)) co_return unavailable("there was no time left");
  request.deadline =
      std::max(std::chrono::ceil<Seconds>(work->deadline - steady_clock::now()), Seconds{1});
  work->stream = work->host.client.make_stream();
  const auto opened = co_await work->host.client.open(work->stream, std::move(request));
  if (!opened) co_return std::unexpected(opened.error());
  Progress progress{work->stream->status(), ""};
  if (progress.status != 200) {
    const auto body =
        co_await work->stream->read_all(kMessageBytes, Seconds{limits::kDockerCallSeconds});
    if (!body) co_return std::unexpected(body.error());
    progress.error = parse_message(*body);
    co_return progress;
  }
  ProgressReader reader;
  while (true) {
    const auto bytes = co_await work->stream->read(kForEver);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    const auto lines = reader.feed(*bytes);
    if (!lines) co_return std::unexpected(lines.error());
    work->log->write(Output::out, *lines);
    if (!may_go_on(*work)) co_return unavailable("it was given up");
  }
  progress.error = reader.error();
  co_return progress;
}

// Docker's id of the image, or "" where it is not here.
Awaitable<Result<std::string>> id_of(WorkPtr work, std::string reference) {
  const auto reply = co_await work->host.client.call(get(image_target(reference)));
  if (!reply) co_return std::unexpected(reply.error());
  if (!reply->ok()) co_return std::string{};
  co_return parse_id(reply->body);
}

Awaitable<Result<void>> find_or_pull(WorkPtr work, std::string reference) {
  const auto here = co_await id_of(work, reference);
  if (!here) co_return std::unexpected(here.error());
  if (!here->empty()) {
    say(*work, "image " + reference + " is here");
    co_return Result<void>{};
  }
  say(*work, "pulling " + reference);
  const auto pulled = co_await follow(work, post(pull_target(reference)));
  if (!pulled) co_return std::unexpected(pulled.error());
  if (pulled->error.empty()) co_return Result<void>{};
  co_return fail(classify_pull(pulled->status, pulled->error),
                 "image " + reference + " is neither here nor can it be pulled: " + pulled->error);
}

Awaitable<Result<void>> build_with(WorkPtr work, std::string context, Builder builder) {
  Request request = post(build_target(work->job, work->host.options.instance_id, builder));
  if (builder.context.empty()) request.body_file = std::move(context);
  request.content_type = "application/x-tar";
  const auto built = co_await follow(work, std::move(request));
  if (!built) co_return std::unexpected(built.error());
  if (built->error.empty()) co_return Result<void>{};
  co_return fail(classify_build(built->error), built->error, work->job.dockerfile_path);
}

Awaitable<Result<void>> build_with_buildkit(WorkPtr work, std::string context) {
  auto built = co_await build_with(work, context, {.buildkit = true});
  if (built || !misses_context(built.error().message)) co_return built;
  say(*work, "again: this docker's BuildKit fetches what it builds from, and can't be sent it");
  const auto served = ServedFile::open(work->host.io.get_executor(), context);
  if (!served) co_return std::unexpected(served.error());
  co_return co_await build_with(work, context, {.buildkit = true, .context = served->url()});
}

Awaitable<Result<void>> build(WorkPtr work) {
  // A base that is not needed after all may be missing, so this is not yet the build's failure.
  for (const auto& base : work->job.pull_first) {
    if (!may_go_on(*work)) break;
    const auto found = co_await find_or_pull(work, base);
    if (!found) say(*work, found.error().text());
  }
  const auto tar = co_await on_pool(work->host, work->job.make_context);
  if (!tar) co_return std::unexpected(tar.error());
  const TempFile context(*tar);
  const bool buildkit = work->job.needs_buildkit;
  auto built = buildkit ? co_await build_with_buildkit(work, context.path())
                        : co_await build_with(work, context.path(), {});
  if (!built && !buildkit && wants_buildkit(built.error().message)) {
    say(*work, "again, with BuildKit");
    built = co_await build_with_buildkit(work, context.path());
  }
  if (!built && lacks_buildkit(built.error().message)) {
    co_return invalid(
        "the Dockerfile needs BuildKit, which this docker does not offer: " + built.error().message,
        work->job.dockerfile_path);
  }
  co_return built;
}

Awaitable<Result<ImageEnd>> make(WorkPtr work) {
  const std::string reference = work->job.pull.empty() ? work->job.tag : work->job.pull;
  auto made =
      work->job.pull.empty() ? co_await build(work) : co_await find_or_pull(work, work->job.pull);
  if (!made) co_return std::unexpected(made.error());
  const auto id = co_await id_of(work, reference);
  if (!id) co_return std::unexpected(id.error());
  if (id->empty())
    co_return unavailable("docker made the image " + reference + " and does not have it");
  if (!work->job.pull.empty()) co_return ImageEnd{reference, *id, false, {}, {}};
  // The id of a built image is another one each time; its bases' ids are not.
  std::string bases;
  for (const auto& base : work->job.pull_first) {
    const auto base_id = co_await id_of(work, base);
    if (!base_id) co_return std::unexpected(base_id.error());
    bases += (bases.empty() ? "" : " ") + *base_id;
  }
  co_return ImageEnd{reference, bases, false, {}, {}};
}

}  // namespace

Awaitable<ImageOutcome> carry_out_image(Host& host, ImageJob job, CancelFlag cancelled,
                                        std::function<void()> on_started) {
  if (auto ready = host.check_ready(); !ready) {
    co_return ImageOutcome{std::unexpected(ready.error()), {}};
  }
  auto log = host.open_log(job.attempt, job.log_path);
  if (!log) co_return ImageOutcome{std::unexpected(log.error()), {}};
  const Seconds timeout =
      job.timeout.count() > 0 ? job.timeout : Seconds{limits::kSetupTimeoutSeconds};
  const auto began = host.clock.monotonic();
  auto work = std::make_shared<Work>(Work{host, std::move(job), std::move(cancelled), *log,
                                          steady_clock::now() + timeout, nullptr});
  work->job.timeout = timeout;
  on_started();
  spawn(host, watch(work), [](std::exception_ptr) {});
  auto end = co_await make(work);
  work->done = true;
  host.changed.notify();
  if (!end) end = std::unexpected(error_of(*work, end.error()));
  if (!end) say(*work, end.error().text());
  const LogInfo info = work->log->finish();
  if (end) {
    end->duration = std::chrono::duration_cast<Milliseconds>(host.clock.monotonic() - began);
    end->log = info;
  }
  co_return ImageOutcome{std::move(end), info};
}

}  // namespace testlooper::docker
