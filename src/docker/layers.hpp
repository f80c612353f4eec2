// Makes images that hold a commit's files on top of an environment's image: once for all runs that
// want the same, however many ask at once. Exec thread only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"
#include "docker/users.hpp"

namespace testlooper::docker {

class Layers {
 public:
  explicit Layers(Host& host) : host_(host) {}

  // Returns when docker has the image `source.tag`. Errors: not_found (`image` is not there),
  // invalid (the image can't run our commands), unavailable, cancelled (only this caller: others
  // may want the layer still).
  Awaitable<Result<void>> ensure(std::string image, SourceLayer source, CancelFlag cancelled);

 private:
  struct Making {
    bool done = false;
    std::optional<Error> error;
  };
  Awaitable<void> make(std::string image, SourceLayer source, std::shared_ptr<Making> making);
  Awaitable<Result<void>> make_if_missing(std::string image, SourceLayer source);
  Awaitable<Result<void>> fill_and_commit(std::string image, SourceLayer source, std::string user,
                                          std::string container);
  Awaitable<Result<Owner>> owner_in(std::string container, std::string user);

  Host& host_;
  std::map<std::string, std::shared_ptr<Making>> making_;  // by tag
};

}  // namespace testlooper::docker
