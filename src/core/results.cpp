#include "core/results.hpp"

#include "testlooper/base/check.hpp"

#include "core/task_state.hpp"

namespace testlooper::core {
namespace {

struct RecordProduct {
  const Task& task;
  const AttemptResult& result;

  Change operator()(const std::monostate&) const { std::abort(); }
  Change operator()(const ConfigRead& read) const {
    return change::ConfigRecorded{task.spec.commit, read};
  }
  Change operator()(const PlanGenerated& generated) const {
    return change::PlanRecorded{task.spec.commit, generated};
  }
  Change operator()(const ImageBuilt& built) const {
    const auto& spec = task.spec;
    if (spec.kind == TaskKind::build_image) {
      return change::ImageRecorded{spec.repo, spec.image, built, {}};
    }
    return change::ImageRecorded{spec.repo, spec.product, built, spec.image};
  }
  Change operator()(const ArtifactBuilt& built) const {
    return change::ArtifactRecorded{
        task.spec.repo, {task.spec.product, built.volume}, built.bytes, task.spec.image};
  }
  Change operator()(const TestsListed& listed) const {
    return change::TestsRecorded{task.spec.suite.value(), listed};
  }
  Change operator()(const TestsRun& run) const { return change::RunsRecorded{result.attempt, run}; }
};

std::int64_t runs_of_each(const Task& task, const AttemptResult& result) {
  const auto* run = std::get_if<TestsRun>(&result.product);
  if (run == nullptr || task.spec.tests.empty()) return 0;
  return std::ssize(run->results) / std::ssize(task.spec.tests);
}

// The task is over and brought nothing.
Change record_failure(const Task& task, const std::string& cause) {
  switch (task.spec.kind) {
    case TaskKind::read_config:
      return change::ConfigFailed{task.spec.commit, cause};
    case TaskKind::build_image:
      return change::ImageFailed{task.spec.repo, task.spec.image, cause};
    case TaskKind::generate_plan:
      return change::PlanFailed{task.spec.commit, cause};
    case TaskKind::set_up:
      return change::ImageFailed{task.spec.repo, task.spec.product, cause};
    case TaskKind::build:
      return change::ArtifactFailed{task.spec.repo, task.spec.product, cause};
    case TaskKind::list_tests:
      return change::ListFailed{task.spec.suite.value(), cause};
    case TaskKind::run_tests:
      return change::RunsGivenUp{task.id};
  }
  std::abort();
}

}  // namespace

Changes record_result(const Task& task, const AttemptResult& result, WallTime now) {
  const auto moved = ended(task, result.end, now);
  Changes changes{change::AttemptEnded{result.attempt, result.end}};
  // Before the task moves, while its tests still count as in flight.
  if (!std::holds_alternative<std::monostate>(result.product)) {
    changes.push_back(std::visit(RecordProduct{task, result}, result.product));
    // A series that was stopped amid its runs.
    if (moved.outcome == Outcome::cancelled && task.cancelling == CancelScope::task) {
      changes.push_back(change::RunsGivenUp{task.id, runs_of_each(task, result)});
    }
  } else if (moved.outcome == Outcome::cancelled) {
    if (task.cancelling == CancelScope::task) changes.push_back(record_failure(task, moved.cause));
  } else if (lost_something(result.end)) {
    if (result.end.image_missing) {
      changes.push_back(change::ImageForgotten{task.spec.repo, task.spec.image});
    }
    for (const auto& artifact : result.end.missing_artifacts) {
      changes.push_back(change::ArtifactForgotten{task.spec.repo, artifact});
    }
  } else if (moved.to == TaskState::finished) {
    changes.push_back(record_failure(task, result.end.cause));
  }
  changes.push_back(moved);
  return changes;
}

Changes cancel(const Task& task, CancelScope scope, const std::string& why) {
  Changes changes;
  auto moved = cancelled(task, scope, why);
  if (moved.to == TaskState::finished && scope == CancelScope::task) {
    changes.push_back(record_failure(task, why));
  }
  changes.push_back(std::move(moved));
  return changes;
}

}  // namespace testlooper::core
