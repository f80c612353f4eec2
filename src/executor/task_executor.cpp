#include "executor/task_executor.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "codec/config_text.hpp"
#include "codec/dockerignore.hpp"
#include "codec/plan_text.hpp"
#include "executor/plan_keys.hpp"
#include "executor/run_logs.hpp"

namespace testlooper::executor {
namespace {

AttemptEnd failed_because(const std::string& cause) { return end_of(invalid(cause).error()); }

// The artifacts that are not there, by their volumes' names.
std::vector<KeptArtifact> missing_artifacts(const Assignment& assignment,
                                            const std::vector<std::string>& volumes) {
  std::vector<KeptArtifact> missing;
  for (const auto& [artifact, path] : assignment.mounts) {
    if (std::ranges::find(volumes, artifact.volume) != volumes.end()) {
      missing.push_back(artifact);
    }
  }
  return missing;
}

}  // namespace

TaskExecutor::TaskExecutor(ExecutorParts parts) : parts_(std::move(parts)) {}

void TaskExecutor::start(Assignment assignment) {
  {
    const std::lock_guard lock(mutex_);
    if (!under_way_.insert(assignment.attempt).second) return;
  }
  parts_.post([this, assignment = std::move(assignment)] { carry_out(assignment); });
}

void TaskExecutor::cancel(AttemptKey attempt, std::string /*why*/) {
  {
    const std::lock_guard lock(mutex_);
    if (!under_way_.contains(attempt)) return;
    cancelled_.insert(attempt);
  }
  parts_.host.cancel(attempt);
}

bool TaskExecutor::is_cancelled(AttemptKey attempt) {
  const std::lock_guard lock(mutex_);
  return cancelled_.contains(attempt);
}

// The host may have been told before it had the job.
void TaskExecutor::cancel_if_asked(AttemptKey attempt) {
  if (is_cancelled(attempt)) parts_.host.cancel(attempt);
}

void TaskExecutor::drop_volumes(std::vector<std::string> volumes) {
  parts_.host.remove_volumes(std::move(volumes));
}

LogInfo TaskExecutor::left_log(AttemptKey attempt) {
  const auto path = attempt_log_path(attempt);
  const auto bytes = parts_.files.size(path);
  return bytes ? LogInfo{path, *bytes} : LogInfo{};
}

void TaskExecutor::finish(AttemptKey attempt, AttemptEnd end, Product product) {
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(attempt);
    cancelled_.erase(attempt);
  }
  if (!end.log.path.empty()) parts_.live.log_grew(attempt, end.log.bytes, true);
  parts_.events.attempt_ended({attempt, std::move(end), std::move(product)});
}

Tree TaskExecutor::tree_of(const Assignment& assignment) {
  return {parts_.reader, assignment.repo.git_dir, assignment.sha};
}

void TaskExecutor::carry_out(const Assignment& assignment) {
  if (is_cancelled(assignment.attempt)) {
    return finish(assignment.attempt, end_of(Error{ErrorKind::cancelled, "it was cancelled", {}}),
                  {});
  }
  switch (assignment.kind) {
    case TaskKind::read_config:
      return read_config(assignment);
    case TaskKind::build_image:
      return build_image(assignment);
    case TaskKind::generate_plan:
    case TaskKind::set_up:
    case TaskKind::build:
    case TaskKind::list_tests:
    case TaskKind::run_tests:
      return run_container(assignment);
  }
}

void TaskExecutor::read_config(const Assignment& assignment) {
  parts_.events.attempt_running(assignment.attempt);
  const auto& path = assignment.repo.spec.config_path;
  const auto text =
      parts_.reader.file(assignment.repo.git_dir, assignment.sha, path, limits::kConfigBytes);
  if (!text) {
    const auto& error = text.error();
    if (error.kind == ErrorKind::unavailable) {
      return finish(assignment.attempt, end_of(error), {});
    }
    const auto cause = error.kind == ErrorKind::not_found ? "the commit has no " + path
                                                          : path + ": " + error.message;
    return finish(assignment.attempt, failed_because(cause), {});
  }
  auto config = codec::parse_config(*text, path);
  if (!config) return finish(assignment.attempt, end_of(config.error()), {});
  auto key = image_key(tree_of(assignment), config->image);
  if (!key) return finish(assignment.attempt, end_of(key.error()), {});
  if (auto refused = refused_docker(parts_.limits, assignment.repo.spec.name, "", config->image)) {
    config->warnings.push_back(std::move(*refused));
  }
  finish(assignment.attempt, {}, ConfigRead{std::move(*config), std::move(*key)});
}

void TaskExecutor::build_image(const Assignment& assignment) {
  ImageJob job;
  job.attempt = assignment.attempt;
  job.log_path = attempt_log_path(assignment.attempt);
  job.timeout = Seconds{limits::kSetupTimeoutSeconds};
  job.tag = image_reference(assignment.image_key);
  const auto& spec = assignment.image.value();
  if (spec.source == ImageSource::named) {
    job.pull = spec.name;
  } else {
    const auto dockerfile = read_dockerfile(tree_of(assignment), spec);
    if (!dockerfile) return finish(assignment.attempt, end_of(dockerfile.error()), {});
    job.dockerfile_text = dockerfile->text;
    job.dockerfile_path = dockerfile->path;
    job.needs_buildkit = dockerfile->facts.buildkit.has_value();
    job.pull_first = dockerfile->facts.bases;
    job.make_context = tar_maker(assignment, "", "context");
  }
  parts_.host.make_image(
      std::move(job),
      [this, attempt = assignment.attempt] { parts_.events.attempt_running(attempt); },
      [this, assignment](Result<ImageEnd> ended, const LogInfo& log) {
        auto end = ended ? AttemptEnd{} : end_of(ended.error());
        end.log = log;
        if (!ended) return finish(assignment.attempt, std::move(end), {});
        end.duration = ended->duration;
        finish(assignment.attempt, std::move(end), ImageBuilt{ended->reference, ended->identity});
      });
  cancel_if_asked(assignment.attempt);
}

std::function<Result<std::string>()> TaskExecutor::tar_maker(const Assignment& assignment,
                                                             const std::string& prefix,
                                                             const std::string& name) {
  const auto file = parts_.temp_dir + "/" + name + "-" +
                    std::to_string(assignment.attempt.task.value) + "-" +
                    std::to_string(assignment.attempt.number) + ".tar";
  return [this, git_dir = assignment.repo.git_dir, sha = assignment.sha, only = assignment.inputs,
          prefix, file]() -> Result<std::string> {
    auto written = only ? parts_.reader.write_tar_of(git_dir, sha, *only, prefix, file)
                        : parts_.reader.write_tar(git_dir, sha, "", prefix, file);
    if (!written) return std::unexpected(written.error());
    return file;
  };
}

void TaskExecutor::run_container(const Assignment& assignment) {
  auto job = container_job(assignment, parts_.limits);
  if (const auto lost = missing_artifacts(assignment, {""}); !lost.empty()) {
    return finish(assignment.attempt, end_of_missing(lost), {});
  }
  if (!is_set_up(assignment.image_key)) {
    const auto files = files_id(tree_of(assignment), assignment.inputs);
    if (!files) return finish(assignment.attempt, end_of(files.error()), {});
    job.source.tag = source_tag(assignment.image_key, assignment.image_identity, *files);
    job.source.make_tar = tar_maker(assignment, std::string{kRepoRoot}.substr(1) + "/", "source");
  }
  start_run(std::make_shared<Series>(assignment, std::move(job)), std::chrono::steady_clock::now());
}

void TaskExecutor::start_run(const SeriesPtr& series, std::chrono::steady_clock::time_point began) {
  const auto attempt = series->assignment().attempt;
  parts_.host.run(
      series->next_job(),
      [this, attempt, begins = !series->has_begun()] {
        if (begins) parts_.events.attempt_running(attempt);
      },
      [this, series, began](Result<ContainerEnd> ended) {
        // Reports can be large: they are read where blocking is allowed.
        parts_.post(
            [this, series, began, ended = std::move(ended)] { run_ended(series, began, ended); });
      });
  cancel_if_asked(attempt);
}

void TaskExecutor::run_ended(const SeriesPtr& series, std::chrono::steady_clock::time_point began,
                             Result<ContainerEnd> ended) {
  const auto& assignment = series->assignment();
  series->add(interpret_one(*series, ended));
  const auto elapsed =
      std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - began);
  if (series->goes_on(elapsed)) {
    if (!is_cancelled(assignment.attempt)) return start_run(series, began);
    series->stop();
  }
  auto result = series->finish();
  keep_outputs(assignment, result);
  finish(assignment.attempt, std::move(result.end), std::move(result.product));
}

Interpreted TaskExecutor::interpret_one(const Series& series, const Result<ContainerEnd>& ended) {
  const auto& assignment = series.assignment();
  if (!ended) {
    auto end = end_of(ended.error());
    end.log.path = attempt_log_path(assignment.attempt);
    return {std::move(end), {}};
  }
  if (!ended->missing_volumes.empty()) {
    auto end = end_of_missing(missing_artifacts(assignment, ended->missing_volumes));
    end.log = ended->log;
    return {std::move(end), {}};
  }
  return interpret(series, *ended);
}

Interpreted TaskExecutor::interpret(const Series& series, const ContainerEnd& container) {
  const auto& assignment = series.assignment();
  switch (assignment.kind) {
    case TaskKind::generate_plan:
      return interpret_plan(assignment, container);
    case TaskKind::set_up:
      return interpret_set_up(container, image_reference(assignment.product));
    case TaskKind::build:
      return interpret_build(container);
    case TaskKind::run_tests:
      return interpret_tests(assignment, container, series.log_bytes());
    case TaskKind::read_config:
    case TaskKind::build_image:
    case TaskKind::list_tests:
      break;
  }
  const auto output = parts_.files.standard_output(container.log.path);
  return interpret_list(container, output.value_or(std::string{}));
}

// The results count; that a run's own log can't be told apart takes nothing from them.
Interpreted TaskExecutor::interpret_tests(const Assignment& assignment,
                                          const ContainerEnd& container, std::uint64_t log_begin) {
  auto result = interpret_run(container, assignment);
  auto* run = std::get_if<TestsRun>(&result.product);
  if (run == nullptr) return result;
  codec::LogMarks marks;
  const auto read = parts_.files.read_log(container.log.path, log_begin,
                                          [&marks](std::string_view bytes) { marks.feed(bytes); });
  if (read) take_marked_parts(run->results, marks.finish(), log_begin);
  return result;
}

// Nor does that one can't be kept.
void TaskExecutor::keep_outputs(const Assignment& assignment, Interpreted& result) {
  auto* run = std::get_if<TestsRun>(&result.product);
  if (run == nullptr) return;
  const auto outputs = take_outputs(run->results);
  if (outputs.empty()) return;
  if (parts_.files.write(attempt_run_logs_path(assignment.attempt), outputs)) {
    result.end.run_log_bytes = outputs.size();
    return;
  }
  for (auto& each : run->results) {
    if (each.log && each.log->kind == RunLogKind::report) each.log.reset();
  }
}

Interpreted TaskExecutor::interpret_plan(const Assignment& assignment,
                                         const ContainerEnd& container) {
  Interpreted result{end_of(container), {}};
  if (result.end.outcome == Outcome::cancelled) return result;
  const auto refuse = [&](const std::string& cause) {
    if (result.end.outcome == Outcome::passed) result.end.outcome = Outcome::failed;
    result.end.cause = cause.substr(0, limits::kCauseBytes);
    return result;
  };
  const auto text = plan_text(container);
  if (!text) return refuse(text.error().text());
  auto plan = codec::parse_plan(*text, "plan");
  if (!plan) return refuse(plan.error().text());
  PlanGenerated generated;
  for (auto& environment : plan->environments) {
    if (auto refused = refused_docker(parts_.limits, assignment.repo.spec.name, environment.name,
                                      environment.image)) {
      plan->warnings.push_back(std::move(*refused));
    }
    auto key = image_key(tree_of(assignment), environment.image);
    if (!key && key.error().kind == ErrorKind::unavailable) {
      result.end = end_of(key.error());
      return result;
    }
    if (!key) {
      // One broken environment is an error of its suites, not of the plan.
      environment.image.source = ImageSource::unsupported;
      environment.image.unsupported = key.error().text();
      key = ImageKey{};
    }
    generated.environment_images.push_back(std::move(*key));
  }
  generated.plan = std::move(*plan);
  if (const auto added = add_keys(tree_of(assignment), generated); !added) {
    result.end = end_of(added.error());
    return result;
  }
  result.product = std::move(generated);
  return result;
}

}  // namespace testlooper::executor
