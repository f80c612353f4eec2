#include "codec/webhook.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "codec/yaml.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kNameBytes = 1'000;

class Body {
 public:
  explicit Body(const YamlNode& root) : entries_(root.entries()) {}

  std::optional<YamlNode> member(std::string_view name) const {
    for (const auto& [key, value] : entries_) {
      if (key.text() == name && !value.is_null()) return value;
    }
    return std::nullopt;
  }

 private:
  std::vector<YamlNode::Entry> entries_;
};

// The first thing that is wrong; later ones are left alone.
struct Problem {
  std::string text;
  void note(std::string what) {
    if (text.empty()) text = std::move(what);
  }
};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string text_of(const Body& body, std::string_view name, std::string_view path,
                    Problem& problem) {
  const auto value = body.member(name);
  if (!value) return {};
  if (!value->is_scalar() || !value->quoted()) {
    problem.note(fmt::format("'{}' must be a string", path));
    return {};
  }
  const auto text = value->text();
  if (text.size() > kNameBytes || std::ranges::any_of(text, is_control)) {
    problem.note(fmt::format("'{}' is too long, or holds a control character", path));
  }
  return std::string(text);
}

// A commit's id of SHA-1 or SHA-256, in lower case; "" where it is absent.
std::string id_of(const Body& body, std::string_view name, Problem& problem) {
  auto id = text_of(body, name, name, problem);
  std::ranges::transform(id, id.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool hex = id.find_first_not_of("0123456789abcdef") == id.npos;
  if (!id.empty() && (!hex || (id.size() != 40 && id.size() != 64))) {
    problem.note(fmt::format("'{}' must be a commit's id of 40 or 64 hex digits", name));
  }
  return id;
}

std::string ref_of(const Body& body, Problem& problem) {
  auto ref = text_of(body, "ref", "ref", problem);
  if (!ref.empty() && !ref.starts_with("refs/")) {
    problem.note("'ref' must be a full name, for instance refs/heads/main");
  }
  return ref;
}

Result<AnnouncedPush> read_own(const Body& body) {
  Problem problem;
  AnnouncedPush push;
  push.repo = text_of(body, "repo", "repo", problem);
  if (push.repo.empty()) problem.note("'repo' is empty");
  push.push.ref = ref_of(body, problem);
  push.push.old_sha = id_of(body, "old", problem);
  push.push.new_sha = id_of(body, "new", problem);
  if (!problem.text.empty()) return invalid(problem.text);
  return push;
}

Result<AnnouncedPush> read_github(const Body& body, const YamlNode& repository) {
  if (!repository.is_map()) return invalid("'repository' must be an object");
  const Body named(repository);
  Problem problem;
  AnnouncedPush push;
  push.repo = text_of(named, "name", "repository.name", problem);
  push.full_name = text_of(named, "full_name", "repository.full_name", problem);
  if (push.repo.empty()) push.repo = push.full_name.substr(push.full_name.rfind('/') + 1);
  if (push.repo.empty()) problem.note("'repository.name' is missing");
  push.push.ref = ref_of(body, problem);
  if (push.push.ref.empty()) problem.note("'ref' is missing");
  push.push.old_sha = id_of(body, "before", problem);
  push.push.new_sha = id_of(body, "after", problem);
  if (!problem.text.empty()) return invalid(problem.text);
  return push;
}

}  // namespace

Result<AnnouncedPush> parse_push(std::string_view body) {
  const auto document =
      parse_json(body, "body", {.bytes = limits::kWebhookBodyBytes, .nodes = limits::kTreeNodes});
  if (!document) return std::unexpected(document.error());
  if (!document->root().is_map()) {
    return invalid("the body must be a JSON object with 'repository' and 'ref', or with 'repo'");
  }
  const Body members(document->root());
  if (const auto repository = members.member("repository")) {
    return read_github(members, *repository);
  }
  if (members.member("repo")) return read_own(members);
  return invalid("neither 'repository' nor 'repo' says which repository was pushed to");
}

}  // namespace testlooper::codec
