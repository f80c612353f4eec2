// The arguments that a Dockerfile declares above its first FROM, and what FROM makes of them.
// Pure; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::codec {

class DockerfileArgs {
 public:
  // The words of an ARG: `NAME`, `NAME=default`.
  void declare(const std::vector<std::string>& words);
  // With `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}` replaced. nullopt where a name has
  // no value, or a form is not known.
  std::optional<std::string> expand(std::string_view text) const;
  // The first name in `text` that only BuildKit gives a value: "TARGETPLATFORM"; or "".
  std::string given_by_buildkit(std::string_view text) const;

 private:
  std::optional<std::string> value_of(std::string_view reference) const;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace testlooper::codec
