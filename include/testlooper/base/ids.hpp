// Strong ids. Each kind of row has its own type, so that a test's id can't be handed to a function
// that wants a task's. Ids are SQLite row ids: positive, never reused.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace testlooper {

template <typename Tag>
struct Id {
  std::int64_t value = 0;
  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value > 0; }
};

using RepoId = Id<struct RepoTag>;
using CommitId = Id<struct CommitTag>;
using PushId = Id<struct PushTag>;
using SuiteId = Id<struct SuiteTag>;
using TestId = Id<struct TestTag>;
using DesiredId = Id<struct DesiredTag>;
using RuleId = Id<struct RuleTag>;
using AuditId = Id<struct AuditTag>;
using TaskId = Id<struct TaskTag>;
using RunId = Id<struct RunTag>;
using QuarantineId = Id<struct QuarantineTag>;
using ImportId = Id<struct ImportTag>;
using ExperimentId = Id<struct ExperimentTag>;
using TokenId = Id<struct TokenTag>;
using SessionId = Id<struct SessionTag>;

// One execution of a task. `number` counts from 1. The pair names the container, so it is the
// idempotency key towards docker as well.
struct AttemptKey {
  TaskId task;
  int number = 0;
  auto operator<=>(const AttemptKey&) const = default;
};

// Rises by one with every committed transaction of the store.
using Revision = std::uint64_t;

}  // namespace testlooper

template <typename Tag>
struct std::hash<testlooper::Id<Tag>> {
  std::size_t operator()(const testlooper::Id<Tag>& id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
