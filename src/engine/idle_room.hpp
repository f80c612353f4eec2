// What the engine knows of the use of room that nobody wants: the heads whose rules allow it, and
// what each has to offer. All of it can be read again from the store at any time.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "testlooper/domain/change.hpp"
#include "testlooper/ports/store.hpp"

#include "core/idle.hpp"

namespace testlooper::engine {

class IdleRoom {
 public:
  // Something was committed: heads that it touched are to be looked at again, and it may have
  // changed which heads there are.
  void note(const Changes& changes, const std::vector<CommitId>& touched);
  // The store is to be asked which heads may use idle room, and how much.
  bool heads_are_stale() const { return heads_are_stale_; }
  void set_heads(const std::vector<RepoState>& repos);

  // A head of which is not known what it has to offer; of the newest ones only, since looking
  // costs time and an offer memory.
  std::optional<CommitId> next_to_look() const;
  void looked(CommitId head, std::optional<core::IdleOffer> offer);
  // The offer that tells most in a second, of those that fit; nullptr where there is none.
  const core::IdleOffer* best(const std::function<bool(Resources)>& fits) const;

 private:
  struct Head {
    CommitId commit;
    DesiredId wish;
    bool stale = true;
    std::optional<core::IdleOffer> offer{};
  };

  std::vector<Head> heads_;  // newest wish first
  bool heads_are_stale_ = true;
};

}  // namespace testlooper::engine
