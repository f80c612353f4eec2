// A guarded front to YAML text, and so to JSON: a small immutable tree with the line of each node.
// Size, depth and the number of nodes after aliases are followed are limited while the text is
// read, so a bomb costs no more than its own bytes. Pure; any thread. It knows no key's meaning:
// yaml_fields.hpp reads values out of a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/base/result.hpp"

namespace testlooper::codec {

struct YamlLimits {
  std::size_t bytes = limits::kConfigBytes;
  int depth = limits::kYamlDepth;
  std::size_t nodes = limits::kYamlNodes;
};

enum class YamlKind : std::uint8_t { null, scalar, list, map };

class YamlDocument;

// A handle on one node; valid as long as its document lives. An alias reads as what it names.
class YamlNode {
 public:
  YamlKind kind() const;
  bool is_null() const { return kind() == YamlKind::null; }
  bool is_scalar() const { return kind() == YamlKind::scalar; }
  bool is_list() const { return kind() == YamlKind::list; }
  bool is_map() const { return kind() == YamlKind::map; }
  // 1-based; of an alias: where the alias stands.
  int line() const;
  // Of a scalar: its text as it is written, without quotes. Empty for all others.
  std::string_view text() const;
  // Of a scalar: it was quoted or a block, so it is text whatever it looks like.
  bool quoted() const;
  // What it is, for an error message: "a list", "a map", "nothing", "'abc'".
  std::string describe() const;

  // Of a list.
  std::vector<YamlNode> items() const;
  // Of a map, in the order of the text; keys are texts and differ from each other.
  struct Entry;
  std::vector<Entry> entries() const;

 private:
  friend class YamlDocument;
  YamlNode(const YamlDocument* document, std::uint32_t index)
      : document_(document), index_(index) {}
  const YamlDocument* document_;
  std::uint32_t index_;
};

struct YamlNode::Entry {
  YamlNode key;
  YamlNode value;
};

class YamlDocument {
 public:
  YamlDocument() = default;
  YamlDocument(YamlDocument&&) = default;
  YamlDocument& operator=(YamlDocument&&) = default;
  // The tree's top; null where the text holds nothing.
  YamlNode root() const { return {this, 0}; }

 private:
  friend class YamlNode;
  friend class YamlBuilder;
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Node {
    YamlKind kind = YamlKind::null;
    bool quoted = false;
    std::int32_t line = 0;
    std::uint32_t text_begin = 0;  // scalars: into texts_
    std::uint32_t text_size = 0;
    std::uint32_t first = kNone;  // lists and maps: the first child; aliases: the target
    std::uint32_t next = kNone;   // the next sibling
    bool alias = false;
  };
  const Node& at(std::uint32_t index) const { return nodes_[index]; }
  std::vector<Node> nodes_ = {Node{}};
  std::string texts_;
};

// Errors: invalid, context "<where>:<line>". One document; a second one is an error.
Result<YamlDocument> parse_yaml(std::string_view text, const std::string& where,
                                const YamlLimits& limits = {});

}  // namespace testlooper::codec
