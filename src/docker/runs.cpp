#include "docker/runs.hpp"

#include <expected>
#include <utility>

#include "docker/archive.hpp"
#include "docker/artifacts.hpp"
#include "docker/learn.hpp"
#include "docker/outputs.hpp"
#include "docker/responses.hpp"
#include "docker/running.hpp"
#include "docker/sandbox_request.hpp"
#include "docker/sandbox_run.hpp"
#include "docker/spare_run.hpp"
#include "docker/supervised.hpp"
#include "docker/tar.hpp"

namespace testlooper::docker {
namespace {

constexpr int kTries = 5;  // each after something that stood in the way was put right

// Why a container did not start. `again`: it never ran, and the reason is out of the way.
struct Obstacle {
  Error error;
  bool again = false;
};
template <typename T>
using Step = std::expected<T, Obstacle>;

std::unexpected<Obstacle> stop(Error error) {
  return std::unexpected(Obstacle{std::move(error), false});
}
std::unexpected<Obstacle> try_again(const std::string& why) {
  return std::unexpected(Obstacle{{ErrorKind::unavailable, why, ""}, true});
}

// One run, over all its tries.
struct Run {
  RunParts parts;
  ContainerJob job;
  CancelFlag cancelled;
  std::function<void()> on_started;
  std::shared_ptr<LogSink> log;
  std::string name;           // of its container
  std::string output_volume;  // where it fills one
  RunningPtr running;         // its container, of one try
};
using RunPtr = std::shared_ptr<Run>;

// ---- What stands in the way --------------------------------------------------------------------

// The name is the attempt's, so what has it is an earlier try of ours. One that never started holds
// nothing; one that did was this attempt's run, and there must not be a second.
Awaitable<Step<std::string>> clear_name(RunPtr run) {
  Host& host = run->parts.host;
  const auto body = co_await body_of(host, get("/containers/" + run->name + "/json"),
                                     "the container " + run->name + " can't be looked at");
  if (!body) co_return stop(body.error());
  const auto facts = parse_container(*body);
  if (!facts) co_return stop(facts.error());
  if (facts->instance != host.options.instance_id) {
    co_return stop({ErrorKind::unavailable,
                    "another server has a container of the same name: " + run->name, ""});
  }
  const bool gone = co_await remove_container(host, facts->id);
  if (facts->status == "created" && gone) co_return try_again("the name was taken");
  co_return stop(
      {ErrorKind::unavailable, "an earlier try of this attempt had started already", ""});
}

Awaitable<Step<std::string>> overcome(RunPtr run, int status, std::string message) {
  Host& host = run->parts.host;
  switch (classify_start(status, message)) {
    case StartTrouble::image_missing: {
      if (run->job.source.tag.empty()) {
        co_return stop({ErrorKind::not_found, "docker has no image " + run->job.image, ""});
      }
      auto layer =
          co_await run->parts.layers.ensure(run->job.image, run->job.source, run->cancelled);
      if (!layer) co_return stop(layer.error());
      co_return try_again(message);
    }
    case StartTrouble::pause_gone:
      run->running->pause->spent = true;
      co_return try_again(message);
    case StartTrouble::supervisor_gone:
      run->parts.supervisor.forget();
      co_return try_again(message);
    case StartTrouble::no_cpu_limit:
      learn(host, message);
      co_return try_again(message);
    case StartTrouble::name_taken:
      co_return co_await clear_name(run);
    case StartTrouble::repository:
      co_return stop({ErrorKind::invalid, message, run->job.image});
    case StartTrouble::no_open_files_limit:
    case StartTrouble::no_sysctl:
    case StartTrouble::machine:
      break;
  }
  co_return stop({ErrorKind::unavailable, "the run can't be started: " + message, ""});
}

// ---- From nothing to an end --------------------------------------------------------------------

// The id of the container.
Awaitable<Step<std::string>> create(RunPtr run) {
  Host& host = run->parts.host;
  auto supervisor = co_await run->parts.supervisor.ensure();
  if (!supervisor) co_return stop(supervisor.error());
  const std::string& layer = run->job.source.tag;
  const RunPlace place{host.options.instance_id, layer.empty() ? run->job.image : layer,
                       run->running->pause->name, host.options.socket, std::move(*supervisor)};
  const auto reply = co_await host.client.call(
      post("/containers/create?name=" + run->name, run_body(run->job, place, host.facts)));
  // Without an answer it may be there all the same.
  run->running->created = !reply || reply->ok();
  if (!reply) co_return stop(reply.error());
  if (!reply->ok()) {
    co_return co_await overcome(run, reply->status, parse_message(reply->body));
  }
  for (const auto& warning : parse_warnings(reply->body)) host.warn_once(warning);
  auto id = parse_id(reply->body);
  if (!id) co_return stop(id.error());
  if (fits_in_request(run->job)) co_return *id;
  Request files;
  files.body = tar_of_files({run->job.inputs.begin(), run->job.inputs.end()});
  const auto put = co_await put_archive(host, *id, std::move(files));
  if (!put) co_return stop(put.error());
  co_return *id;
}

Awaitable<Step<void>> start(RunPtr run, std::string id) {
  const auto reply =
      co_await start_attached(run->parts.host, run->running, std::move(id), run->cancelled);
  if (!reply) co_return stop(reply.error());
  if (reply->ok()) co_return Step<void>{};
  const auto trouble = co_await overcome(run, reply->status, parse_message(reply->body));
  co_return std::unexpected(trouble.error());
}

// Of a command that ended well: what it was run for, where that is more than files.
Awaitable<Result<void>> keep_results(RunPtr run, std::string id, ContainerEnd& end) {
  Host& host = run->parts.host;
  if (end.timed_out || end.oom_killed || end.exit_code != 0) co_return Result<void>{};
  if (!run->job.keep_as.empty()) co_return co_await keep_container(host, id, run->job.keep_as);
  if (run->job.output_bytes == 0) co_return Result<void>{};
  auto output = co_await measure_output(host, id, run->job);
  if (!output) co_return std::unexpected(output.error());
  end.output = std::move(*output);
  if (!end.output.oversized && !end.output.empty) end.output.volume = run->output_volume;
  co_return Result<void>{};
}

bool keeps_more_than_files(const ContainerJob& job) {
  return !job.keep_as.empty() || job.output_bytes > 0;
}

// Once the supervisor has said that the run is over, which is the end of the container too.
Awaitable<Result<void>> conclude(RunPtr run, ContainerEnd& end) {
  if (ended_well(end) && !keeps_more_than_files(run->job)) co_return Result<void>{};
  const auto learnt = co_await learn_end(run->parts.host, run->running, end);
  if (!learnt || end.cancelled) co_return learnt;
  co_return co_await keep_results(run, run->running->line->id, end);
}

Awaitable<Step<ContainerEnd>> try_once(RunPtr run) {
  const auto id = co_await create(run);
  if (!id) co_return std::unexpected(id.error());
  auto lost = co_await find_lost(run->parts.host, run->job.mounts);
  if (!lost) co_return stop(lost.error());
  if (!lost->empty()) {
    ContainerEnd end;
    end.missing_volumes = std::move(*lost);
    co_return end;
  }
  const auto started = co_await start(run, *id);
  if (!started) co_return std::unexpected(started.error());
  Host& host = run->parts.host;
  auto seen = co_await carry_out_supervised(
      {host, run->job, run->cancelled, run->on_started, run->log, run->running->line},
      container_request(run->job, most_artifact_bytes(host)));
  if (!seen) co_return stop(seen.error());
  if (const auto& trouble = seen->trouble) {
    co_return stop({kind_of(*trouble), sentence_of(*trouble), run->job.image});
  }
  const auto concluded = co_await conclude(run, seen->end);
  if (!concluded) co_return stop(concluded.error());
  co_return std::move(seen->end);
}

Awaitable<Result<ContainerEnd>> try_often(RunPtr run) {
  Host& host = run->parts.host;
  Error last;
  for (int tries = 0; tries < kTries; ++tries) {
    auto pause = co_await run->parts.pauses.acquire(run->cancelled);
    if (!pause) co_return std::unexpected(pause.error());
    // What an earlier run of this attempt had may be on its way out.
    run->running = co_await hold_name(host, run->name, std::move(*pause));
    auto tried = co_await try_once(run);
    // A volume can't go before the container that holds it.
    if (tried && ended_well(*tried) && !keeps_more_than_files(run->job)) {
      dispose_ended_beside(host, run->parts.pauses, run->running);
    } else {
      co_await dispose(host, run->parts.pauses, run->running);
    }
    if (tried) co_return std::move(*tried);
    last = tried.error().error;
    if (!tried.error().again) break;
  }
  co_return std::unexpected(last);
}

// A volume is kept by its name alone: whatever else happens here, it goes.
Awaitable<Result<ContainerEnd>> try_with_volumes(RunPtr run) {
  Host& host = run->parts.host;
  if (run->job.output_bytes > 0) {
    run->output_volume = output_volume_name(host.options.instance_id, run->job.attempt);
    host.in_use.insert(run->output_volume);
    if (auto made = co_await make_output_volume(host, run->output_volume); !made) {
      co_return std::unexpected(made.error());
    }
  }
  auto end = co_await try_often(run);
  if (end) {
    for (const auto& volume : end->missing_volumes) co_await remove_volume(host, volume);
  }
  if (end && !end->output.volume.empty()) {
    host.kept_volumes.insert(run->output_volume);
  } else if (!run->output_volume.empty()) {
    co_await remove_volume(host, run->output_volume);
  }
  co_return end;
}

Awaitable<Result<ContainerEnd>> try_containers(RunPtr run) {
  const auto& parts = run->parts;
  auto spared = co_await try_in_spare(parts.host, parts.spares, parts.pauses, run->job,
                                      run->cancelled, run->on_started, run->log);
  if (!spared) co_return std::unexpected(spared.error());
  if (*spared) co_return std::move(**spared);
  co_return co_await try_with_volumes(run);
}

Awaitable<Result<ContainerEnd>> try_places(RunPtr run) {
  std::string reason = run->job.place_reason;
  if (run->job.place == Place::sandbox) {
    auto tried = co_await try_in_sandbox(run->parts.host, run->parts.sandboxes, run->job,
                                         run->cancelled, run->on_started, run->log);
    if (!tried) co_return std::unexpected(tried.error());
    if (tried->end) {
      tried->end->place_reason = std::move(reason);
      co_return std::move(*tried->end);
    }
    reason = std::move(tried->reason);
    if (run->job.only_there) co_return unavailable("no sandbox any more: " + reason);
  }
  auto end = co_await try_containers(run);
  if (end) end->place_reason = std::move(reason);
  co_return end;
}

}  // namespace

Awaitable<Result<ContainerEnd>> carry_out_run(RunParts parts, ContainerJob job,
                                              CancelFlag cancelled,
                                              std::function<void()> on_started) {
  if (auto ready = parts.host.check_ready(); !ready) co_return std::unexpected(ready.error());
  if (auto fit = check_variables(job.variables); !fit) co_return std::unexpected(fit.error());
  auto log = parts.host.open_log(job.attempt, job.log_path, job.continues_log);
  if (!log) co_return std::unexpected(log.error());
  const std::string name = container_name(parts.host.options.instance_id, job.attempt);
  auto run = std::make_shared<Run>(
      Run{parts, std::move(job), std::move(cancelled), std::move(on_started), *log, name, {}, {}});
  auto end = co_await try_places(run);
  parts.host.in_use.erase(run->output_volume);
  const LogInfo info = run->log->finish();
  if (!end && *run->cancelled) co_return fail(ErrorKind::cancelled, "it was cancelled");
  if (!end) co_return end;
  if (run->log->error()) co_return std::unexpected(*run->log->error());
  end->log = info;
  end->cpus_unlimited = run->job.cpus > 0 && !run->parts.host.facts.limits_cpus;
  co_return end;
}

}  // namespace testlooper::docker
