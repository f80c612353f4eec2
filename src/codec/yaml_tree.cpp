#include <unordered_set>

#include "codec/utf8.hpp"
#include "codec/yaml.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kDescribedBytes = 60;

}  // namespace

// An alias leads to a node that is no alias: YAML gives none an anchor of its own.
YamlKind YamlNode::kind() const {
  const auto& node = document_->nodes_[index_];
  return node.alias ? document_->nodes_[node.begin].kind : node.kind;
}

int YamlNode::line() const { return document_->nodes_[index_].line; }

std::string_view YamlNode::text() const {
  const auto* node = &document_->nodes_[index_];
  if (node->alias) node = &document_->nodes_[node->begin];
  if (node->kind == YamlKind::list || node->kind == YamlKind::map) return {};
  return std::string_view(document_->texts_).substr(node->begin, node->size);
}

bool YamlNode::quoted() const {
  const auto& node = document_->nodes_[index_];
  return node.alias ? document_->nodes_[node.begin].quoted : node.quoted;
}

std::string YamlNode::describe() const {
  switch (kind()) {
    case YamlKind::null:
      return "empty";
    case YamlKind::list:
      return "a list";
    case YamlKind::map:
      return "a map";
    case YamlKind::scalar:
      break;
  }
  return quoted_for_people(text(), kDescribedBytes);
}

std::vector<YamlNode> YamlNode::items() const {
  const auto* node = &document_->nodes_[index_];
  if (node->alias) node = &document_->nodes_[node->begin];
  std::vector<YamlNode> found;
  if (node->kind != YamlKind::list) return found;
  found.reserve(node->size);
  for (auto child = node->begin; child != YamlDocument::kNone;
       child = document_->nodes_[child].next) {
    found.push_back({document_, child});
  }
  return found;
}

std::vector<YamlNode::Entry> YamlNode::entries() const {
  const auto* node = &document_->nodes_[index_];
  if (node->alias) node = &document_->nodes_[node->begin];
  std::vector<Entry> found;
  if (node->kind != YamlKind::map) return found;
  found.reserve(node->size / 2);
  std::vector<YamlNode> merged;
  for (auto child = node->begin; child != YamlDocument::kNone;) {
    const YamlNode key{document_, child};
    const YamlNode value{document_, document_->nodes_[child].next};
    child = document_->nodes_[value.index_].next;
    if (!node->merges || key.quoted() || key.text() != "<<") {
      found.push_back({key, value});
    } else if (value.is_map()) {
      merged.push_back(value);
    } else {
      merged = value.items();
    }
  }
  if (merged.empty()) return found;
  std::unordered_set<std::string_view> seen;
  for (const auto& entry : found) seen.insert(entry.key.text());
  for (const auto& map : merged) {
    for (const auto& entry : map.entries()) {
      if (seen.insert(entry.key.text()).second) found.push_back(entry);
    }
  }
  return found;
}

}  // namespace testlooper::codec
