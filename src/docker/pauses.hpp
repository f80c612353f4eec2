// The pause containers: each holds a network namespace that one run at a time joins, because to
// make one costs more than all the rest of a run. Made when first needed, at most two a slot and
// one a spare container, put back to its first state before each run. Exec thread only.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"

#include "docker/host.hpp"

namespace testlooper::docker {

struct Pause {
  std::string name;
  std::shared_ptr<Stream> line;  // its standard input and output
  bool spent = false;            // not to be used again
};
using PauseLease = std::shared_ptr<Pause>;

class Pauses {
 public:
  explicit Pauses(Host& host) : host_(host) {}

  // Makes the network and the image, where they are missing. Errors: unavailable.
  Awaitable<Result<void>> prepare();
  // Waits while all are taken. Errors: unavailable, cancelled.
  Awaitable<Result<PauseLease>> acquire(CancelFlag cancelled);
  // A lease that is spent is removed.
  Awaitable<void> give_back(PauseLease lease);
  // Removes what is free beyond one a slot, once no run was asked for in a while.
  Awaitable<void> shed(std::chrono::steady_clock::time_point now);
  // After docker was away: none of them is what it was.
  void forget();

 private:
  int most() const;
  Awaitable<Result<void>> make_network();
  Awaitable<Result<void>> make_image();
  Awaitable<Result<PauseLease>> make();
  Awaitable<Result<void>> start(PauseLease pause);
  Awaitable<bool> restore(PauseLease pause);
  Awaitable<void> discard(PauseLease pause);

  Host& host_;
  std::vector<PauseLease> free_;
  std::vector<std::weak_ptr<Pause>> leased_;
  int made_ = 0;  // free, leased and being made
};

}  // namespace testlooper::docker
