#include <sstream>
#include <string_view>

#include "codec/monitoring_text.hpp"

namespace testlooper::codec {
namespace {

// White text on each has a contrast of at least 4.5.
constexpr std::string_view kGood = "#18794e", kBad = "#c62a2f", kDoubtful = "#8f5600",
                           kUnknown = "#60646c";
constexpr std::string_view kLabel = "tests";
// Of the usual sans-serif faces at 11 pixels; the text is then fitted to it.
constexpr std::size_t kCharacterWidth = 7, kPadding = 10;

struct Word {
  std::string text;
  std::string_view colour;
};

Word word_for(const pages::BranchSummary& branch) {
  if (!branch.head) return {"unknown", kUnknown};
  const auto& head = *branch.head;
  if (head.failing > 0) return {std::to_string(head.failing) + " failing", kBad};
  switch (head.status) {
    case pages::Status::error:
      return {"failing", kBad};
    case pages::Status::failed:
    case pages::Status::passed:
      if (head.flaky > 0) return {std::to_string(head.flaky) + " flaky", kDoubtful};
      return head.status == pages::Status::passed ? Word{"passing", kGood} : Word{"failing", kBad};
    case pages::Status::running:
    case pages::Status::waiting:
      return {"running", kUnknown};
    case pages::Status::untested:
      return {"untested", kUnknown};
  }
  return {"unknown", kUnknown};
}

void put_text(std::ostringstream& svg, std::size_t begin, std::size_t width,
              std::string_view text) {
  svg << "<text x=\"" << begin + width / 2 << "\" y=\"14\" textLength=\"" << width - kPadding
      << "\">" << text << "</text>";
}

}  // namespace

std::string badge_svg(const pages::BranchSummary& branch) {
  const auto word = word_for(branch);
  const auto left = kLabel.size() * kCharacterWidth + kPadding;
  const auto right = word.text.size() * kCharacterWidth + kPadding;
  std::ostringstream svg;
  svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << left + right
      << "\" height=\"20\" role=\"img\" aria-label=\"" << kLabel << ": " << word.text
      << "\"><title>" << kLabel << ": " << word.text << "</title><clipPath id=\"r\"><rect width=\""
      << left + right
      << "\" height=\"20\" rx=\"3\"/></clipPath><g clip-path=\"url(#r)\"><rect width=\"" << left
      << "\" height=\"20\" fill=\"#43484e\"/><rect x=\"" << left << "\" width=\"" << right
      << "\" height=\"20\" fill=\"" << word.colour
      << "\"/></g><g fill=\"#fff\" text-anchor=\"middle\""
         " font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">";
  put_text(svg, 0, left, kLabel);
  put_text(svg, left, right, word.text);
  svg << "</g></svg>\n";
  return svg.str();
}

}  // namespace testlooper::codec
