// What `go test -json` writes (cmd/test2json): an event a line.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

#include "codec/report_formats.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kTimedOut = "panic: test timed out";
constexpr std::size_t kLineBytes = 1u << 20;       // of an event
constexpr std::size_t kFirstLineBytes = 4u << 10;  // of the first, which says that a package starts

// Events are flat: what lies deeper is nothing that is looked at, and is not kept.
Json parse_event(std::string_view line) {
  const auto flat = [](int depth, Json::parse_event_t, const Json&) { return depth <= 1; };
  return Json::parse(line, flat, /*allow_exceptions=*/false);
}

std::string text_of(const Json& event, const char* name) {
  const auto found = event.find(name);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Outcome> outcome_of(std::string_view action) {
  if (action == "pass") return Outcome::passed;
  if (action == "fail") return Outcome::failed;
  if (action == "skip") return Outcome::skipped;
  return std::nullopt;
}

// What says how it failed, without what go itself writes about each test.
std::string message_of(const std::string& output) {
  std::string message;
  std::string_view rest = output;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto begin = line.find_first_not_of(" \t");
    const auto text = begin == line.npos ? std::string_view() : line.substr(begin);
    if (text.empty() || text.starts_with("=== ") || text.starts_with("--- ")) continue;
    if (!message.empty()) message += '\n';
    message += text;
  }
  return capped_utf8(message, limits::kMessageBytes);
}

class GoReader {
 public:
  Result<std::vector<ReportedTest>> read(std::string_view bytes) {
    while (!bytes.empty()) {
      ++line_;
      const auto end = std::min(bytes.find('\n'), bytes.size());
      const bool last = end == bytes.size();
      const auto line = bytes.substr(0, end);
      bytes.remove_prefix(last ? end : end + 1);
      // What compilers say may be among the events, where both went into one file.
      if (!line.starts_with('{')) continue;
      if (line.size() > kLineBytes) {
        return invalid("the line is longer than 1 MB", fmt::format("report:{}", line_));
      }
      const auto event = parse_event(line);
      if (event.is_object()) {
        take(event);
      } else if (last) {
        return invalid("the report is cut: its last line ends too early");
      } else {
        return invalid("the line is not JSON", fmt::format("report:{}", line_));
      }
    }
    end_all();
    return std::move(reported_);
  }

 private:
  struct Running {
    std::string output;
    bool under_way = false;
  };
  using Key = std::pair<std::string, std::string>;  // package, test

  void take(const Json& event) {
    const Key key{text_of(event, "Package"), text_of(event, "Test")};
    const auto action = text_of(event, "Action");
    auto& running = running_[key];
    if (action == "run") running = {{}, true};
    if (action == "output" && running.output.size() < limits::kRunLogBytes) {
      running.output += text_of(event, "Output");
    }
    if (const auto outcome = outcome_of(action)) end(key, *outcome, event);
  }

  void end(const Key& key, Outcome outcome, const Json& event) {
    const auto& [package, test] = key;
    if (test.empty()) {
      end_package(package, outcome);
      return;
    }
    ReportedTest reported;
    reported.test = {valid_utf8(package), valid_utf8(test)};
    reported.outcome = outcome;
    if (const auto elapsed = event.find("Elapsed");
        elapsed != event.end() && elapsed->is_number()) {
      reported.duration = microseconds_of(elapsed->get<double>());
    }
    add(std::move(reported), running_[key].output);
    running_.erase(key);
  }

  // A test that runs while its package ends was taken along: by a panic, or by the time limit.
  void end_package(const std::string& package, Outcome outcome) {
    const auto output = running_[{package, ""}].output;
    const auto reported_before = reported_.size();
    take_along(package, output);
    running_.erase({package, ""});
    const bool told = reported_.size() > reported_before || failed_.contains(package);
    if (outcome != Outcome::failed || told) return;
    // It did not build, or failed outside any test: that speaks of all of its tests.
    ReportedTest reported;
    reported.test.path = valid_utf8(package);
    reported.outcome = Outcome::error;
    add(std::move(reported), output);
  }

  void take_along(const std::string& package, const std::string& package_output) {
    for (auto at = running_.lower_bound({package, ""});
         at != running_.end() && at->first.first == package;) {
      const auto [key, running] = *at;
      at = key.second.empty() ? std::next(at) : running_.erase(at);
      if (key.second.empty() || !running.under_way) continue;
      ReportedTest reported;
      reported.test = {valid_utf8(package), valid_utf8(key.second)};
      const bool late = running.output.contains(kTimedOut) || package_output.contains(kTimedOut);
      reported.outcome = late ? Outcome::timed_out : Outcome::crashed;
      add(std::move(reported), running.output.empty() ? package_output : running.output);
    }
  }

  void end_all() {
    std::vector<std::string> packages;
    for (const auto& [key, running] : running_) {
      if (packages.empty() || packages.back() != key.first) packages.push_back(key.first);
    }
    for (const auto& package : packages) {
      take_along(package, "the report ends while this test runs\n");
    }
  }

  void add(ReportedTest reported, const std::string& output) {
    reported.output = capped_utf8(valid_utf8(output), limits::kRunLogBytes);
    if (is_failure(reported.outcome)) {
      reported.message = message_of(reported.output);
      failed_[reported.test.path] = true;
    }
    reported_.push_back(std::move(reported));
  }

  std::map<Key, Running> running_;
  std::map<std::string, bool> failed_;  // packages, that some entry says so of
  std::vector<ReportedTest> reported_;
  std::size_t line_ = 0;
};

}  // namespace

bool is_go_report(std::string_view bytes) {
  const auto line = bytes.substr(0, bytes.find('\n'));
  if (line.size() > kFirstLineBytes) return false;
  const auto event = parse_event(line);
  return event.is_object() && event.contains("Action") && event["Action"].is_string();
}

Result<std::vector<ReportedTest>> parse_go_report(std::string_view bytes) {
  return GoReader().read(bytes);
}

}  // namespace testlooper::codec
