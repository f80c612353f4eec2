#include "codec/yaml_builder.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "codec/utf8.hpp"

namespace testlooper::codec {

YamlBuilder::YamlBuilder(std::string where, const YamlOptions& options, std::size_t text_bytes)
    : where_(std::move(where)), options_(options) {
  document_.nodes_.clear();
  document_.nodes_.push_back({});
  document_.texts_.reserve(text_bytes);
}

bool YamlBuilder::fail(int line, std::string message) {
  failure_ = {ErrorKind::invalid, std::move(message), fmt::format("{}:{}", where_, line)};
  return false;
}

bool YamlBuilder::at_key() const {
  if (frames_.empty()) return false;
  const auto& frame = frames_.back();
  return document_.nodes_[frame.index].kind == YamlKind::map && frame.children % 2 == 0;
}

bool YamlBuilder::add(Node node, std::size_t nodes, int height) {
  const auto levels = static_cast<int>(frames_.size()) + height;
  if (levels > options_.depth) {
    return fail(node.line, fmt::format("more than {} levels deep", options_.depth));
  }
  // Each node is counted where it stands and wherever an alias repeats it.
  total_ += nodes;
  if (total_ > options_.nodes) {
    return fail(node.line, fmt::format("more than {} values, aliases followed", options_.nodes));
  }
  auto& all = document_.nodes_;
  if (!std::exchange(started_, true)) {
    all.front() = node;
    return true;
  }
  const auto index = static_cast<std::uint32_t>(all.size());
  all.push_back(node);
  auto& frame = frames_.back();
  (frame.last == YamlDocument::kNone ? all[frame.index].begin : all[frame.last].next) = index;
  frame.last = index;
  ++frame.children;
  frame.nodes += nodes;
  frame.height = std::max(frame.height, height);
  return true;
}

bool YamlBuilder::scalar(int line, std::string_view text, bool quoted, bool null,
                         std::string_view anchor) {
  if (!options_.nul_characters && text.contains('\0')) return fail(line, "holds a NUL character");
  Node node;
  node.line = line;
  node.kind = null ? YamlKind::null : YamlKind::scalar;
  node.quoted = quoted;
  node.begin = static_cast<std::uint32_t>(document_.texts_.size());
  node.size = static_cast<std::uint32_t>(text.size());
  document_.texts_ += text;
  if (!add(node, 1, 0)) return false;
  if (!anchor.empty()) {
    const auto index = static_cast<std::uint32_t>(document_.nodes_.size() - 1);
    anchors_[std::string(anchor)] = {.index = index};
  }
  return true;
}

bool YamlBuilder::alias(int line, std::string_view anchor) {
  const auto found = anchors_.find(anchor);
  const auto name = quoted_for_people(anchor, 60);
  if (found == anchors_.end()) return fail(line, fmt::format("no anchor is called {}", name));
  const auto& target = found->second;
  if (target.open) return fail(line, fmt::format("the anchor {} holds itself", name));
  Node node;
  node.line = line;
  node.alias = true;
  node.begin = target.index;
  const auto kind = document_.nodes_[target.index].kind;
  if (at_key() && (kind == YamlKind::list || kind == YamlKind::map)) {
    return fail(line, "a key must be text");
  }
  return add(node, target.nodes, target.height);
}

bool YamlBuilder::open(int line, YamlKind kind, std::string_view anchor) {
  if (at_key()) return fail(line, "a key must be text");
  Node node;
  node.line = line;
  node.kind = kind;
  node.begin = YamlDocument::kNone;
  if (!add(node, 1, 1)) return false;
  const auto index = static_cast<std::uint32_t>(document_.nodes_.size() - 1);
  frames_.push_back({.index = index, .anchor = std::string(anchor)});
  if (!anchor.empty()) anchors_[std::string(anchor)] = {.index = index, .open = true};
  return true;
}

bool YamlBuilder::close() {
  const auto frame = std::move(frames_.back());
  frames_.pop_back();
  auto& node = document_.nodes_[frame.index];
  node.size = frame.children;
  if (node.kind == YamlKind::map && !check_keys(frame)) return false;
  if (!frames_.empty()) {
    // Its own node was counted when it was opened.
    frames_.back().nodes += frame.nodes - 1;
    frames_.back().height = std::max(frames_.back().height, frame.height + 1);
  }
  if (!frame.anchor.empty()) {
    anchors_[frame.anchor] = {
        .index = frame.index, .nodes = frame.nodes, .height = frame.height + 1};
  }
  return true;
}

// `<<` merges maps only, and no key is there twice.
bool YamlBuilder::check_keys(const Frame& frame) {
  constexpr std::uint32_t kFewChildren = 16;  // comparing all pairs is faster then
  auto& map = document_.nodes_[frame.index];
  std::unordered_map<std::string_view, int> lines;
  std::vector<YamlNode> keys;
  for (auto at = map.begin; at != YamlDocument::kNone;) {
    const auto key = child(at);
    const auto value = child(document_.nodes_[at].next);
    at = document_.nodes_[value.index_].next;
    if (!key.quoted() && key.text() == "<<") {
      map.merges = true;
      const auto items = value.items();
      if (!value.is_map() && (items.empty() || !std::ranges::all_of(items, &YamlNode::is_map))) {
        return fail(key.line(), "'<<' merges a map, or a list of maps");
      }
    }
    if (!options_.unique_keys) continue;
    int first = 0;
    if (frame.children <= kFewChildren) {
      const auto same = std::ranges::find(keys, key.text(), &YamlNode::text);
      if (same != keys.end()) first = same->line();
      keys.push_back(key);
    } else if (const auto [same, added] = lines.emplace(key.text(), key.line()); !added) {
      first = same->second;
    }
    if (first != 0) {
      return fail(key.line(), fmt::format("the key {} is there twice; the first is on line {}",
                                          quoted_for_people(key.text(), 60), first));
    }
  }
  return true;
}

}  // namespace testlooper::codec
