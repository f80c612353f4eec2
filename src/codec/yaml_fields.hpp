// Reads values out of a YAML tree: known keys of a map, texts, numbers. What is wrong is collected
// in Findings while reading goes on with defaults, so that the readers of whole texts stay lists of
// keys. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/domain/config.hpp"

#include "codec/yaml.hpp"

namespace testlooper::codec {

// The first error of a text, and its warnings.
class Findings {
 public:
  explicit Findings(std::string where) : where_(std::move(where)) {}
  void error(int line, std::string message);
  // Beyond limits::kWarnings they are counted only.
  void warn(int line, std::string message);
  bool keeps_warnings() const { return warnings_.size() < limits::kWarnings; }
  bool ok() const { return !error_; }
  // Only where ok() is false.
  std::unexpected<Error> failure() const { return std::unexpected(*error_); }
  std::vector<Warning> take_warnings();

 private:
  std::string where_;
  std::optional<Error> error_;
  std::vector<Warning> warnings_;
  std::size_t dropped_warnings_ = 0;
};

// `what` names the value in errors: "suites.unit.timeout".
std::string read_text(const YamlNode& node, std::string_view what, Findings& findings);
bool read_flag(const YamlNode& node, std::string_view what, Findings& findings);
double read_number(const YamlNode& node, std::string_view what, double min, double max,
                   Findings& findings);
std::int64_t read_whole_number(const YamlNode& node, std::string_view what, std::int64_t min,
                               std::int64_t max, Findings& findings);
// A list of texts, or one text alone.
std::vector<std::string> read_texts(const YamlNode& node, std::string_view what,
                                    Findings& findings);

struct KnownKey {
  std::string_view name;
  std::string_view older = {};  // an earlier spelling, taken with a warning
};

// The known keys of a map. `_` and `-` may stand for each other, with a warning; unknown keys are
// warnings, but for `x-…`, which are the author's own.
class Fields {
 public:
  // `path` leads to the map, and is "" at the top. Something else than a map is an error.
  Fields(const YamlNode& map, std::string path, std::initializer_list<KnownKey> known,
         Findings& findings);

  // nullopt where the key is absent, or has no value.
  std::optional<YamlNode> get(std::string_view name) const;
  // An error where get() has nothing.
  std::optional<YamlNode> require(std::string_view name);
  std::string text(std::string_view name);  // "" where it is absent
  std::string required_text(std::string_view name);
  // "suites.unit.timeout"
  std::string path_of(std::string_view name) const;
  int line() const { return line_; }
  Findings& findings() { return findings_; }

 private:
  struct Slot {
    KnownKey key;
    std::optional<YamlNode> value;
  };
  void take(const YamlNode::Entry& entry);
  Slot* slot_of(std::string_view written, int line);
  void warn_unknown(std::string_view written, int line);

  std::string path_;
  int line_;
  std::vector<Slot> slots_;
  Findings& findings_;
};

}  // namespace testlooper::codec
