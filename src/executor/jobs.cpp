#include "executor/jobs.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "codec/condition_script.hpp"
#include "codec/variables.hpp"
#include "digest/sha256.hpp"
#include "executor/image_key.hpp"
#include "executor/place.hpp"
#include "executor/plan_keys.hpp"

namespace testlooper::executor {
namespace {

// Which folders of ours a container has: another word here, and the layers of an older server,
// which lack one, are not used.
constexpr const char* kContainerFolders = "repo io artifacts output";

// What the repository asks for, with our own variables known to it and never overridden by it.
Variables all_variables(const Variables& wished, Variables own) {
  own["REPO_ROOT"] = kRepoRoot;
  auto all = codec::expand_variables(wished, own);
  for (auto& [name, value] : own) all[name] = value;
  return all;
}

// Those that somebody asked about are named as often as they are to be repeated.
std::string input_lines(const Assignment& assignment) {
  const std::set<TestName> companions(assignment.companions.begin(), assignment.companions.end());
  std::string lines;
  for (const auto& test : assignment.tests) {
    const int times = companions.contains(test) ? 1 : assignment.condition.repeats;
    for (int i = 0; i < times; ++i) lines += test.id() + "\n";
  }
  return lines;
}

void use_environment(ContainerJob& job, const Environment& environment, const HostLimits& host) {
  job.with_docker = job.with_docker && environment.image.with_docker;
  job.cpus = std::min(environment.min_cores, host.cores);
  job.memory_bytes = static_cast<std::int64_t>(environment.min_ram_gb * 1024 * 1024 * 1024);
}

void plan_job(ContainerJob& job, const Config& config) {
  job.with_docker = job.with_docker && config.image.with_docker;
  job.command = config.command;
  job.variables = all_variables(config.variables, {{"TEST_PLAN_OUTPUT", kPlanPath}});
  job.timeout = Seconds{limits::kSetupTimeoutSeconds};
  job.outputs = {{kPlanPath, limits::kPlanBytes}};
}

void set_up_job(ContainerJob& job, const Assignment& assignment, const HostLimits& host) {
  const auto& environment = assignment.environment.value();
  use_environment(job, environment, host);
  job.command = environment.custom_setup;
  job.variables = all_variables(environment.variables, {});
  job.timeout = Seconds{limits::kSetupTimeoutSeconds};
  job.keep_as = image_reference(assignment.product);
}

void build_job(ContainerJob& job, const Assignment& assignment, const HostLimits& host) {
  const auto& environment = assignment.environment.value();
  use_environment(job, environment, host);
  job.command = assignment.build.value().command;
  job.variables = all_variables(environment.variables, {{"BUILD_OUTPUT", kOutputFolder}});
  job.timeout = Seconds{limits::kBuildTimeoutSeconds};
  job.output_bytes = limits::kBuildOutputBytes;
}

void list_job(ContainerJob& job, const Assignment& assignment, const HostLimits& host) {
  const auto& environment = assignment.environment.value();
  use_environment(job, environment, host);
  job.command = assignment.suite.value().list_tests;
  job.variables = all_variables(environment.variables, {{"TEST_LIST", kListPath}});
  job.timeout = Seconds{limits::kSetupTimeoutSeconds};
  job.outputs = {{kListPath, limits::kTestListBytes}};
}

void use_condition(ContainerJob& job, const Condition& condition) {
  if (condition.cpus > 0) job.cpus = condition.cpus;
  if (condition.memory_mb > 0) job.memory_bytes = condition.memory_mb << 20;
  job.no_network = condition.no_network;
  if (!codec::needs_script(condition)) return;
  job.inputs[codec::kCommandPath] = std::exchange(job.command, codec::condition_script(condition));
  job.outputs[codec::kUnmetPath] = limits::kCauseBytes;
}

void run_job(ContainerJob& job, const Assignment& assignment, const HostLimits& host) {
  const auto& environment = assignment.environment.value();
  const auto& suite = assignment.suite.value();
  use_environment(job, environment, host);
  const auto choice = choose_place(assignment, host.isolation);
  job.place = choice.place;
  job.place_reason = choice.reason;
  const bool repeats = assignment.repeats > 1 && !assignment.series;
  job.command = repeats ? suite.repeat_tests : suite.run_tests;
  Variables own{{"TEST_OUTPUT", kReportPath}, {"TEST_ARTIFACTS", kArtifactsFolder}};
  if (repeats) own["TEST_COUNT"] = std::to_string(assignment.repeats);
  if (!assignment.all_tests || assignment.condition.repeats > 1) {
    own["TEST_INPUT"] = kInputPath;
    job.inputs = {{kInputPath, input_lines(assignment)}};
  }
  auto wished = environment.variables;
  for (const auto& [name, value] : assignment.condition.variables) wished[name] = value;
  job.variables = all_variables(wished, std::move(own));
  job.timeout = suite.timeout.value_or(Seconds{limits::kDefaultTimeoutSeconds});
  job.outputs = {{kReportPath, limits::kReportBytes}};
  job.artifacts_path = attempt_artifacts_path(assignment.attempt);
  use_condition(job, assignment.condition);
}

}  // namespace

std::string image_reference(const ImageKey& key) {
  if (const auto name = named_image(key)) return *name;
  if (is_set_up(key)) return "testlooper/setup:" + sha256_hex(key).substr(0, 32);
  return "testlooper/image:" + sha256_hex(key).substr(0, 32);
}

std::string source_tag(const ImageKey& key, const std::string& identity, const std::string& files) {
  const auto content = key + "\n" + identity + "\n" + files + "\n" + kContainerFolders;
  return "testlooper/source:" + sha256_hex(content).substr(0, 32);
}

std::optional<Warning> refused_docker(const HostLimits& host, const std::string& repo,
                                      const std::string& environment, const ImageSpec& image) {
  if (!image.with_docker || host.with_docker_repos.contains(repo)) return std::nullopt;
  const auto where = environment.empty() ? std::string{} : "environment '" + environment + "': ";
  return Warning{0, where +
                        "with-docker: the operator has not allowed it for this repository "
                        "(with_docker_repos); commands run without docker"};
}

ContainerJob container_job(const Assignment& assignment, const HostLimits& host) {
  ContainerJob job;
  job.attempt = assignment.attempt;
  job.image = image_reference(assignment.image_key);
  job.with_docker = host.with_docker_repos.contains(assignment.repo.spec.name);
  job.log_path = attempt_log_path(assignment.attempt);
  for (const auto& [artifact, path] : assignment.mounts) {
    job.mounts.push_back({artifact.volume, path});
  }
  switch (assignment.kind) {
    case TaskKind::generate_plan:
      plan_job(job, assignment.config.value());
      return job;
    case TaskKind::set_up:
      set_up_job(job, assignment, host);
      return job;
    case TaskKind::build:
      build_job(job, assignment, host);
      return job;
    case TaskKind::list_tests:
      list_job(job, assignment, host);
      return job;
    case TaskKind::run_tests:
      run_job(job, assignment, host);
      return job;
    case TaskKind::read_config:
    case TaskKind::build_image:
      break;
  }
  std::abort();  // a programmer's mistake: this kind of task needs no container
}

}  // namespace testlooper::executor
