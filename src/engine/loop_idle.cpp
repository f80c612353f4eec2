// Room that nobody wants. See loop.hpp.
#include <algorithm>
#include <iterator>

#include "core/idle.hpp"
#include "core/idle_wishes.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {

// Before the reactors look, so that what a head that moved left behind is dropped before anything
// is started.
void Loop::follow_idle_rules(Now now) {
  while (idle_.heads_are_stale()) {
    const auto repos = store_.repos();
    Changes changes;
    for (const auto& state : repos) {
      if (repos_.contains(state.repo.id)) {
        std::ranges::move(core::apply_idle_rules(state), std::back_inserter(changes));
      }
    }
    commit(changes, now);
    if (changes.empty()) idle_.set_heads(repos);
  }
}

// One step for each call, so that events are never kept waiting for long. A task is made only where
// it starts at once: what comes next finds nothing that waits, and each slot free within a batch.
void Loop::use_idle_room(Now now) {
  constexpr Resources kAny{1, 1};
  idle_next_.reset();
  const bool wanted = draining_ || !waiting_.empty() || !schedule_.at_rest();
  if (wanted || !schedule_.has_room(kAny)) return;
  if (const auto head = idle_.next_to_look()) {
    auto state = store_.commit_state(*head);
    state.policy = {options_.capacity.resources, options_.batch_target};
    idle_.looked(*head, core::idle_offer(state));
  } else if (const auto* offer =
                 idle_.best([&](Resources needs) { return schedule_.has_room(needs); })) {
    commit({change::TaskCreated{offer->task}}, now);
    dispatch(now);
  } else {
    return;
  }
  idle_next_ = now.monotonic;
}

}  // namespace testlooper::engine
