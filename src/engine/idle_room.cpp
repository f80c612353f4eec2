#include "engine/idle_room.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "testlooper/base/limits.hpp"

namespace testlooper::engine {
namespace {

// It may change which heads idle room may be used for, or how much.
bool concerns_heads(const Change& change) {
  if (const auto* desired = std::get_if<change::Desired>(&change)) {
    return desired->wish.source == DesiredSource::branch_rule;
  }
  return std::holds_alternative<change::RefsSet>(change) ||
         std::holds_alternative<change::RulesSet>(change) ||
         std::holds_alternative<change::RepoConfigured>(change) ||
         std::holds_alternative<change::RepoRemoved>(change) ||
         std::holds_alternative<change::DesiredChanged>(change) ||
         std::holds_alternative<change::DesiredStopped>(change) ||
         std::holds_alternative<change::CommitRetried>(change);
}

}  // namespace

void IdleRoom::note(const Changes& changes, const std::vector<CommitId>& touched) {
  heads_are_stale_ = heads_are_stale_ || std::ranges::any_of(changes, concerns_heads);
  for (auto& head : heads_) {
    head.stale = head.stale || std::ranges::find(touched, head.commit) != touched.end();
  }
}

void IdleRoom::set_heads(const std::vector<RepoState>& repos) {
  auto known = std::exchange(heads_, {});
  for (const auto& repo : repos) {
    if (repo.standing != RepoStanding::active) continue;
    for (const auto& [sha, idle] : repo.idle_wishes) {
      if (idle.stopped || idle.wish.counts.runs == 0) continue;
      const auto found = std::ranges::find(known, idle.id, &Head::wish);
      heads_.push_back(found == known.end() ? Head{idle.commit, idle.id} : std::move(*found));
    }
  }
  std::ranges::sort(heads_, std::ranges::greater{}, &Head::wish);
  heads_are_stale_ = false;
}

std::optional<CommitId> IdleRoom::next_to_look() const {
  int in_question = 0;
  for (const auto& head : heads_) {
    if (head.stale) return head.commit;
    if (head.offer && ++in_question == limits::kIdleHeads) break;
  }
  return std::nullopt;
}

void IdleRoom::looked(CommitId commit, std::optional<core::IdleOffer> offer) {
  const auto head = std::ranges::find(heads_, commit, &Head::commit);
  if (head == heads_.end()) return;
  head->offer = std::move(offer);
  head->stale = false;
}

const core::IdleOffer* IdleRoom::best(const std::function<bool(Resources)>& fits) const {
  const core::IdleOffer* best = nullptr;
  const auto place = [](const core::IdleOffer& offer) {
    return std::pair{-offer.gain_per_second, offer.task.commit};
  };
  for (const auto& head : heads_) {
    if (head.stale || !head.offer || !fits(head.offer->task.needs)) continue;
    if (best == nullptr || place(*head.offer) < place(*best)) best = &*head.offer;
  }
  return best;
}

}  // namespace testlooper::engine
