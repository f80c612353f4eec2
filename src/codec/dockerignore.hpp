// The rules of a .dockerignore file, as docker applies them: the last match wins, `!` takes back,
// `**` spans folders, and what matches a folder matches all below it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
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
  struct Token {
    enum class Kind { character, any_character, any_name, any_folders, anything, one_of };
    Kind kind = Kind::character;
    char character = '\0';
    bool negated = false;                            // one_of
    std::vector<std::pair<char, char>> ranges = {};  // one_of: first and last
  };
  struct Rule {
    std::vector<Token> tokens;
    bool takes_back = false;
  };
  static std::vector<Token> tokens_of(std::string_view pattern);
  static Token one_of(std::string_view& pattern);
  static bool accepts(const Token& token, char c);
  static bool matches(const Rule& rule, std::string_view path);

  std::vector<Rule> rules_;
  bool has_exceptions_ = false;
};

}  // namespace testlooper::codec
