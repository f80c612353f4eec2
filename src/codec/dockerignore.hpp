// The rules of a .dockerignore file, as docker applies them: the last match wins, `!` takes back,
// `**` spans folders, and what matches a folder matches all below it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace testlooper::codec {

class Dockerignore {
 public:
  explicit Dockerignore(std::string_view text);
  // `path` is relative to the context, with '/' between its parts.
  bool ignores(std::string_view path) const;
  // True where a rule takes something back, so that an ignored folder may hold wanted files.
  bool has_exceptions() const { return has_exceptions_; }

 private:
  struct Rule {
    std::vector<std::string> parts;
    bool negated = false;
  };
  std::vector<Rule> rules_;
  bool has_exceptions_ = false;
};

}  // namespace testlooper::codec
