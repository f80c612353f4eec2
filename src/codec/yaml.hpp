// A guarded front to YAML text, and so to JSON: a small immutable tree with the line of each node.
// Size, depth and the number of nodes after aliases are followed are limited while the text is
// read, so a bomb costs no more than its own bytes. Pure; any thread. It knows no key's meaning:
// yaml_fields.hpp reads values out of a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/base/result.hpp"

namespace testlooper::codec {

struct YamlOptions {
  std::size_t bytes = limits::kConfigBytes;
  int depth = limits::kYamlDepth;
  std::size_t nodes = limits::kYamlNodes;
  // Off: a key may be repeated, and entries() has each of them.
  bool unique_keys = true;
  // Off: a text that holds a NUL character is an error.
  bool nul_characters = false;
  // JSON only: members of these names are read over, at any depth, and not kept.
  std::vector<std::string_view> skipped_members = {};
};

enum class YamlKind : std::uint8_t { null, scalar, list, map };

class YamlDocument;

// A handle on one node; valid as long as its document stays where it is. An alias reads as what it
// names.
class YamlNode {
 public:
  YamlKind kind() const;
  bool is_null() const { return kind() == YamlKind::null; }
  bool is_scalar() const { return kind() == YamlKind::scalar; }
  bool is_list() const { return kind() == YamlKind::list; }
  bool is_map() const { return kind() == YamlKind::map; }
  // 1-based; of an alias: where the alias stands.
  int line() const;
  // The text of a scalar or of a null as it is written, without quotes. Empty for all others.
  std::string_view text() const;
  // Of a scalar: it was quoted or a block, so it is text whatever it looks like.
  bool quoted() const;
  // What it is, for an error message: "a list", "a map", "empty", "'abc'".
  std::string describe() const;

  // Of a list; empty for all others.
  std::vector<YamlNode> items() const;
  // Of a map, in the order of the text, then what `<<` merges; empty for all others.
  struct Entry;
  std::vector<Entry> entries() const;

 private:
  friend class YamlDocument;
  friend class YamlBuilder;
  YamlNode(const YamlDocument* document, std::uint32_t index)
      : document_(document), index_(index) {}
  const YamlDocument* document_;
  std::uint32_t index_;
};

struct YamlNode::Entry {
  YamlNode key;  // a scalar or a null: its text() is the key
  YamlNode value;
};

class YamlDocument {
 public:
  // The tree's top; null where the text holds nothing.
  YamlNode root() const { return {this, 0}; }

 private:
  friend class YamlNode;
  friend class YamlBuilder;
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Node {
    std::int32_t line = 1;
    std::uint32_t begin = 0;     // text: in texts_; list, map: first child; alias: its target
    std::uint32_t size = 0;      // text: bytes; list, map: children, a key being one
    std::uint32_t next = kNone;  // sibling
    YamlKind kind = YamlKind::null;
    bool quoted = false;
    bool alias = false;
    bool merges = false;  // a map that has a `<<`
  };
  std::deque<Node> nodes_ = {Node{}};
  std::string texts_;
};

// One YAML document, which may be JSON. Errors: invalid, context "<where>:<line>".
Result<YamlDocument> parse_yaml(std::string_view text, const std::string& where,
                                const YamlOptions& options = {});

// The message of parse_json where the text is valid as far as it goes.
inline constexpr std::string_view kEndsTooEarly = "not valid JSON: the text ends too early";

// One JSON value; strings are quoted(), numbers and booleans are not. Errors: as parse_yaml.
Result<YamlDocument> parse_json(std::string_view text, const std::string& where,
                                const YamlOptions& options = {});

}  // namespace testlooper::codec
