#include "codec/test_list.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "codec/test_list_blocks.hpp"
#include "codec/test_list_entries.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr const char* kWhere = "test list";
constexpr std::size_t kShownBytes = 120;
constexpr int kDroppedHeads = 8;
constexpr std::size_t kTriedBlocks = 32;
constexpr std::string_view kExpected = "a YAML map 'name: {path, labels}' is expected";

YamlOptions list_options() {
  // Repeated names get a message of their own.
  return {.bytes = limits::kTestListBytes, .nodes = limits::kTreeNodes, .unique_keys = false};
}

int line_number_in(const Error& error) {
  const auto colon = error.context.rfind(':');
  int line = 0;
  if (colon == std::string::npos) return line;
  std::from_chars(error.context.data() + colon + 1, error.context.data() + error.context.size(),
                  line);
  return line;
}

Result<TestsListed> listed_of(std::vector<ListEntry> entries, Findings& findings) {
  if (entries.size() > limits::kTestsPerSuite) {
    return invalid(fmt::format("more than {} tests", limits::kTestsPerSuite), kWhere);
  }
  TestsListed listed;
  std::unordered_map<std::string, int> lines;
  for (auto& entry : entries) {
    const auto [same, added] = lines.emplace(entry.listed.test.id(), entry.line);
    if (!added) {
      findings.error(entry.line,
                     fmt::format("the test {} is listed twice; the first is on line {}",
                                 quoted_for_people(same->first, kShownBytes), same->second));
    }
    listed.tests.push_back(std::move(entry.listed));
  }
  if (!findings.ok()) return findings.failure();
  if (listed.tests.empty()) findings.warn(0, "the list is empty");
  listed.warnings = findings.take_warnings();
  return listed;
}

// nullopt where the text as a whole is not a list of tests.
std::optional<Result<TestsListed>> read_whole(std::string_view text) {
  const auto document = parse_yaml(text, kWhere, list_options());
  if (!document) return std::nullopt;
  const auto root = document->root();
  if (!root.is_map() && !root.is_list()) return std::nullopt;
  Findings findings(kWhere);
  auto entries = read_list_entries(root, Aliens::ending, findings);
  if (!entries.empty() && entries.back().alien) return std::nullopt;
  return listed_of(std::move(entries), findings);
}

// One block of an output that holds other lines as well.
struct BlockReading {
  std::size_t tests = 0;  // beyond bare names, which other lines may look like
  int first_line = 0, last_line = 0;
  Result<TestsListed> listed = TestsListed{};
  std::optional<Error> broken;  // why it cannot be read; absent where it just is no list
};

Result<YamlDocument> parse_block(const TextBlock& block) {
  // Lines above it keep the numbers right.
  std::string padded(static_cast<std::size_t>(block.first_line - 1), '\n');
  padded += block.text;
  return parse_yaml(padded, kWhere, list_options());
}

// What YAML cannot read may be an entry by its looks alone, as the head of a traceback is: the
// list may begin behind it.
Result<YamlDocument> parse_block_behind_head(TextBlock& block) {
  auto document = parse_block(block);
  for (int dropped = 0; !document && dropped < kDroppedHeads; ++dropped) {
    const auto head = block.text.substr(0, block.second_entry);
    const int second_line = block.first_line + static_cast<int>(std::ranges::count(head, '\n'));
    if (line_number_in(document.error()) >= second_line) break;
    const auto rest = list_blocks(block.text.substr(head.size()));
    if (rest.empty()) break;
    const int end = block.first_line + block.lines;
    block = rest.front();
    block.first_line = second_line;
    block.lines = end - second_line;
    document = parse_block(block);
  }
  return document;
}

// Lines of a log above and below that look like entries: `coverage: 80 %`.
void drop_aliens_at_ends(std::vector<ListEntry>& entries) {
  const auto belongs = [](const ListEntry& entry) { return !entry.alien; };
  entries.erase(entries.begin(), std::ranges::find_if(entries, belongs));
  while (!entries.empty() && entries.back().alien) entries.pop_back();
}

BlockReading read_block(TextBlock block) {
  BlockReading reading;
  const auto document = parse_block_behind_head(block);
  reading.first_line = block.first_line;
  reading.last_line = block.first_line + block.lines - 1;
  if (!document) {
    reading.broken = document.error();
    reading.listed = std::unexpected(document.error());
    return reading;
  }
  const auto root = document->root();
  Findings findings(kWhere);
  auto entries = read_list_entries(root, Aliens::taken, findings);
  const bool nothing = entries.empty() && root.is_map();
  drop_aliens_at_ends(entries);
  if (entries.empty() && !nothing) {
    reading.listed = invalid("no test is in these lines");
    return reading;
  }
  for (const auto& entry : entries) {
    if (entry.alien) {
      findings.error(entry.line,
                     fmt::format("in the midst of the tests is {}, which is none",
                                 quoted_for_people(entry.listed.test.name, kShownBytes)));
    }
    if (!entry.bare) ++reading.tests;
  }
  reading.listed = listed_of(std::move(entries), findings);
  return reading;
}

std::unexpected<Error> no_list(std::string_view text, const std::optional<Error>& largest) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  const auto line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
  auto message = fmt::format("{}: {}, and the output begins with {}", kNoTestList, kExpected,
                             quoted_for_people(line, kShownBytes));
  if (!largest) return invalid(std::move(message), kWhere);
  return invalid(fmt::format("{} ({})", message, largest->message), largest->context);
}

std::unexpected<Error> interrupted(const BlockReading& a, const BlockReading& b) {
  return invalid(
      fmt::format("other lines are in the midst of the list, between the lines {} and "
                  "{}; write the list to the file that TEST_LIST names",
                  std::min(a.last_line, b.last_line), std::max(a.first_line, b.first_line)),
      kWhere);
}

Result<TestsListed> read_amid_other_lines(std::string_view text) {
  auto blocks = list_blocks(text);
  std::ranges::sort(blocks, std::greater(), &TextBlock::lines);
  if (blocks.size() > kTriedBlocks) blocks.resize(kTriedBlocks);
  std::optional<BlockReading> best;
  std::optional<Error> largest_error;
  for (const auto& block : blocks) {
    auto reading = read_block(block);
    if (&block == &blocks.front()) {
      largest_error = reading.broken;
      // By its looks it is the list: a part of it must not pass for the whole.
      if (largest_error && block.second_entry < block.text.size()) break;
    }
    if (reading.tests == 0 && !(reading.listed && reading.listed->tests.empty())) continue;
    if (best && best->tests > 0 && reading.tests > 0) return interrupted(*best, reading);
    if (!best || reading.tests > best->tests) best = std::move(reading);
  }
  if (!best) return no_list(text, largest_error);
  if (best->listed) {
    best->listed->warnings.push_back(
        {best->first_line, fmt::format("the list is what the lines {} to {} of the output say; "
                                       "the others were left out",
                                       best->first_line, best->last_line)});
  }
  return std::move(best->listed);
}

}  // namespace

Result<TestsListed> parse_test_list(std::string_view text) {
  if (text.size() > limits::kTestListBytes) {
    return invalid(fmt::format("larger than {} bytes", limits::kTestListBytes), kWhere);
  }
  std::string fixed;
  if (!is_valid_utf8(text)) text = fixed = valid_utf8(text);
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    return invalid(fmt::format("list-tests wrote nothing; {}", kExpected), kWhere);
  }
  if (auto listed = read_whole(text)) return std::move(*listed);
  return read_amid_other_lines(text);
}

}  // namespace testlooper::codec
