// The text of one test in a source file, found without knowing the language: the line that names
// the test, and what is indented below it. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::lineage {

// The part of a test's name that its source is likely to spell out: without parameters ("[3]",
// "(x=1)", "/0") and without the names of classes and groups around it. A phrase stays one.
std::string_view leaf_of(std::string_view test_name);

// What is in front of the leaf: the class or group that it is in; "" where there is none.
std::string_view group_of(std::string_view test_name);
// What follows the leaf: the parameters, which a renamed test keeps.
std::string_view parameters_of(std::string_view test_name);

// The lines of a test without their margins, the name left out, so that two that differ in name and
// place alone are equal. Empty lines are none.
struct Body {
  std::string opening;             // the line that names it
  std::vector<std::string> lines;  // those below
  bool operator==(const Body&) const = default;
};

// Absent where no line has the name's leaf as a whole word. Preferred are lines on which a bracket,
// a comma or a quote follows it, because comments mention names, too; and those with, or below, the
// first mention of its group.
std::optional<Body> body_of(std::string_view text, std::string_view test_name);

// From 0 to 1: twice the number of lines in common, through the number of lines of both (the
// Sørensen–Dice coefficient of the multisets). The opening counts where neither has other lines.
double similarity(const Body& a, const Body& b);

}  // namespace testlooper::lineage
