// Builds a YamlDocument from a parser's events and watches over the limits. Each event's method
// returns false once something is wrong: the parser stops then, and failure() says what it was.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "codec/yaml.hpp"

namespace testlooper::codec {

class YamlBuilder {
 public:
  YamlBuilder(std::string where, const YamlOptions& options, std::size_t text_bytes);

  // `anchor` is "" where the node has none.
  bool scalar(int line, std::string_view text, bool quoted, bool null, std::string_view anchor);
  bool alias(int line, std::string_view anchor);
  bool open(int line, YamlKind kind, std::string_view anchor);
  bool close();
  // Errors that the parser itself found. Always false.
  bool fail(int line, std::string message);

  const Error& failure() const { return failure_; }
  YamlDocument take() { return std::move(document_); }

 private:
  using Node = YamlDocument::Node;
  // A list or a map that is not closed yet.
  struct Frame {
    std::uint32_t index = 0;
    std::uint32_t last = YamlDocument::kNone;  // its newest child
    std::uint32_t children = 0;
    std::size_t nodes = 1;  // in it, aliases followed, with itself
    int height = 0;         // levels of lists and maps below it
    std::string anchor;
  };
  struct Anchored {
    std::uint32_t index = 0;
    std::size_t nodes = 1;
    int height = 0;  // levels, with its own
    bool open = false;
  };

  bool add(Node node, std::size_t nodes, int height);
  bool at_key() const;
  bool check_keys(const Frame& frame);
  YamlNode child(std::uint32_t index) const { return {&document_, index}; }

  std::string where_;
  YamlOptions options_;
  YamlDocument document_;
  bool started_ = false;
  std::vector<Frame> frames_;
  std::map<std::string, Anchored, std::less<>> anchors_;
  std::size_t total_ = 0;
  Error failure_;
};

}  // namespace testlooper::codec
