// Files in a container that does not run: looked at, brought back, put in. Exec thread only.
#pragma once

#include <optional>
#include <string>

#include "docker/host.hpp"
#include "docker/responses.hpp"

namespace testlooper::docker {

// nullopt where nothing is at `path`. Errors: unavailable.
Awaitable<Result<std::optional<PathFacts>>> look_at(Host& host, std::string container,
                                                    std::string path);

struct Fetched {
  bool oversized = false;
  std::optional<std::string> content;  // absent where there is no regular file, or it is oversized
};
Awaitable<Result<Fetched>> fetch_file(Host& host, std::string container, std::string path,
                                      std::size_t max_bytes);

// `body` has the tar as its `body` or `body_file`; it is unpacked at the root.
Awaitable<Result<void>> put_archive(Host& host, std::string container, Request body);

}  // namespace testlooper::docker
