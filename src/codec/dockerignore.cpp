#include "codec/dockerignore.hpp"

#include <algorithm>
#include <ranges>

namespace testlooper::codec {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// As Go's filepath.Clean, and without a leading slash: rules are relative to the context.
std::string cleaned(std::string_view pattern) {
  std::vector<std::string_view> parts;
  for (const auto range : std::views::split(pattern, '/')) {
    const std::string_view part(range);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string clean;
  for (const auto part : parts) {
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

}  // namespace

Dockerignore::Dockerignore(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (const auto range : std::views::split(text, '\n')) {
    std::string_view line(range);
    if (line.starts_with('#')) continue;
    line = trimmed(line);
    Rule rule;
    if (line.starts_with('!')) {
      rule.takes_back = true;
      line = trimmed(line.substr(1));
    }
    const auto pattern = cleaned(line);
    if (pattern.empty()) continue;
    rule.tokens = tokens_of(pattern);
    has_exceptions_ = has_exceptions_ || rule.takes_back;
    rules_.push_back(std::move(rule));
  }
}

bool Dockerignore::ignores(std::string_view path) const {
  for (const auto& rule : rules_ | std::views::reverse) {
    if (matches(rule, path)) return !rule.takes_back;
  }
  return false;
}

std::vector<Dockerignore::Token> Dockerignore::tokens_of(std::string_view pattern) {
  using Kind = Token::Kind;
  std::vector<Token> tokens;
  while (!pattern.empty()) {
    const char c = pattern.front();
    pattern.remove_prefix(1);
    if (c == '*' && pattern.starts_with('*')) {
      while (pattern.starts_with('*')) pattern.remove_prefix(1);
      if (pattern.starts_with('/')) pattern.remove_prefix(1);
      tokens.push_back({.kind = pattern.empty() ? Kind::anything : Kind::any_folders});
    } else if (c == '*') {
      tokens.push_back({.kind = Kind::any_name});
    } else if (c == '?') {
      tokens.push_back({.kind = Kind::any_character});
    } else if (c == '[' && pattern.contains(']')) {
      tokens.push_back(one_of(pattern));
    } else if (c == '\\' && !pattern.empty()) {
      tokens.push_back({.character = pattern.front()});
      pattern.remove_prefix(1);
    } else {
      tokens.push_back({.character = c});
    }
  }
  return tokens;
}

// `pattern` is behind the '['.
Dockerignore::Token Dockerignore::one_of(std::string_view& pattern) {
  Token token{.kind = Token::Kind::one_of};
  token.negated = pattern.starts_with('^');
  if (token.negated) pattern.remove_prefix(1);
  const auto take = [&] {
    if (pattern.starts_with('\\') && pattern.size() > 1) pattern.remove_prefix(1);
    const char c = pattern.front();
    pattern.remove_prefix(1);
    return c;
  };
  while (!pattern.empty() && !pattern.starts_with(']')) {
    const char first = take();
    char last = first;
    if (pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']') {
      pattern.remove_prefix(1);
      last = take();
    }
    token.ranges.emplace_back(first, last);
  }
  if (!pattern.empty()) pattern.remove_prefix(1);
  return token;
}

bool Dockerignore::accepts(const Token& token, char c) {
  using Kind = Token::Kind;
  switch (token.kind) {
    case Kind::character:
      return c == token.character;
    case Kind::any_character:
    case Kind::any_name:
      return c != '/';
    case Kind::any_folders:
    case Kind::anything:
      return true;
    case Kind::one_of:
      break;
  }
  const bool inside = std::ranges::any_of(
      token.ranges, [c](const auto& range) { return range.first <= c && c <= range.second; });
  return c != '/' && inside != token.negated;
}

// Follows all ways through the pattern at once, so that no pattern takes longer than its length
// times the path's. Position i means: token i is next. A token that repeats may be stayed in, and
// left at once; `**/` is left only at a '/'.
bool Dockerignore::matches(const Rule& rule, std::string_view path) {
  using Kind = Token::Kind;
  const auto& tokens = rule.tokens;
  std::vector<char> now(tokens.size() + 1), next(tokens.size() + 1);
  std::vector<char> inside(tokens.size() + 1), next_inside(tokens.size() + 1);  // of a `**/`
  const auto reach = [&tokens](std::vector<char>& states, std::size_t i) {
    states[i] = 1;
    for (; i < tokens.size(); ++i) {
      const auto kind = tokens[i].kind;
      if (kind != Kind::any_name && kind != Kind::any_folders && kind != Kind::anything) return;
      states[i + 1] = 1;
    }
  };
  reach(now, 0);
  for (std::size_t at = 0; at <= path.size(); ++at) {
    // A folder above `path` that matches is as good as the path.
    const bool boundary = at == path.size() || path[at] == '/';
    if (boundary && at > 0 && now[tokens.size()] != 0) return true;
    if (at == path.size()) return false;
    std::ranges::fill(next, '\0');
    std::ranges::fill(next_inside, '\0');
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].kind == Kind::any_folders) {
        if (now[i] == 0 && inside[i] == 0) continue;
        next_inside[i] = 1;
        if (path[at] == '/') reach(next, i + 1);
      } else if (now[i] != 0 && accepts(tokens[i], path[at])) {
        const bool repeats = tokens[i].kind == Kind::any_name || tokens[i].kind == Kind::anything;
        reach(next, repeats ? i : i + 1);
      }
    }
    now.swap(next);
    inside.swap(next_inside);
  }
  return false;
}

}  // namespace testlooper::codec
