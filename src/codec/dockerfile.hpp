// What can be told of a Dockerfile without building it: enough to name an image by its content and
// to say beforehand that the host cannot build it. Pure; any thread. In doubt it says that it
// cannot tell; it never says too little.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::codec {

struct BuildKitNeed {
  int line = 0;
  std::string why;  // "RUN --mount"
  bool operator==(const BuildKitNeed&) const = default;
};

struct DockerfileFacts {
  std::optional<BuildKitNeed> buildkit;  // the first line that needs it
  // Images of FROM and of COPY --from that are made elsewhere, with the defaults of ARG filled in,
  // each once, in the order of the text; without "scratch" and names of stages.
  std::vector<std::string> bases;
  // Paths that COPY and ADD read from the context, without leading "./" and "/", each once.
  // nullopt: it cannot be told (patterns, variables, the whole context); empty: it reads nothing.
  std::optional<std::vector<std::string>> context_paths;
  bool operator==(const DockerfileFacts&) const = default;
};

DockerfileFacts analyse_dockerfile(std::string_view text);

}  // namespace testlooper::codec
