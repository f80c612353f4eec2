// Finds the parts of an attempt's output that are one test's own, by lines that say where a test
// begins and ends: our own marks (docs/specs/Repo_Configuration_Spec.md), GoogleTest's and `go test
// -v`'s. Pure: it is fed the output piece by piece, and keeps no more of it than a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::codec {

struct MarkedPart {
  std::string name;
  std::uint64_t begin = 0;  // with the line that says that it begins
  std::uint64_t end = 0;    // past the line that says that it ends
  bool operator==(const MarkedPart&) const = default;
};

class LogMarks {
 public:
  void feed(std::string_view bytes);
  // By where they begin; a test that ran again has several. Nothing can be fed afterwards.
  std::vector<MarkedPart> finish();

 private:
  enum class Style { own, gtest, go };
  struct Open {
    Style style = Style::own;
    std::string name;
    std::uint64_t begin = 0;
  };

  void take_line();
  void take_own(std::string_view line);
  void take_gtest(std::string_view line);
  void take_go(std::string_view line);
  void open(Style style, std::string_view name);
  void close(std::size_t index, std::uint64_t end);
  // All that are open, of one style or of any, the newest first.
  void close_all(std::optional<Style> style, std::uint64_t end);

  std::string line_;              // the beginning of the line under way
  std::uint64_t line_begin_ = 0;  // where it begins in the output
  std::uint64_t position_ = 0;
  std::vector<Open> open_;
  std::set<std::string, std::less<>> paused_;  // by Go: their output is mixed with that of others
  std::optional<std::uint64_t> after_gap_;     // a part was left out, and nothing was closed since
  std::vector<MarkedPart> parts_;
};

}  // namespace testlooper::codec
