#include "executor/run_logs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "codec/report.hpp"

namespace testlooper::executor {
namespace {

// What a mark says, as if a report said it, so that both find their test by the same rules.
codec::ReportedTest entry_named(std::string name) {
  codec::ReportedTest entry;
  entry.test.name = std::move(name);
  return entry;
}

std::vector<TestName> names_of(const std::vector<TestResult>& results) {
  std::vector<TestName> names;
  std::set<TestName> seen;
  for (const auto& result : results) {
    if (seen.insert(result.test).second) names.push_back(result.test);
  }
  return names;
}

void take_outputs_of(std::vector<TestResult>& results, bool failures, std::size_t most,
                     std::string& all) {
  for (auto& result : results) {
    if (is_failure(result.outcome) != failures) continue;
    const auto output = std::exchange(result.output, {});
    if (result.log || output.empty() || all.size() + output.size() > most) continue;
    result.log = RunLog{RunLogKind::report, all.size(), all.size() + output.size()};
    all += output;
  }
}

}  // namespace

void take_marked_parts(std::vector<TestResult>& results, std::vector<codec::MarkedPart> parts,
                       std::uint64_t log_begin) {
  if (parts.empty()) return;
  std::vector<codec::ReportedTest> entries;
  entries.reserve(parts.size());
  for (auto& part : parts) entries.push_back(entry_named(std::move(part.name)));
  const auto matched = codec::match_report(std::move(entries), names_of(results));
  std::multimap<TestName, RunLog> logs;  // equal keys stay in the order of the parts
  for (std::size_t i = 0; i < matched.size(); ++i) {
    logs.emplace(matched[i].test,
                 RunLog{RunLogKind::markers, log_begin + parts[i].begin, log_begin + parts[i].end});
  }
  for (auto& result : results) {
    const auto found = logs.lower_bound(result.test);
    if (found == logs.end() || found->first != result.test) continue;
    result.log = found->second;
    logs.erase(found);
  }
}

std::string take_outputs(std::vector<TestResult>& results) {
  std::string all;
  take_outputs_of(results, true, limits::kRunLogsBytes, all);
  const auto most = std::min(limits::kRunLogsBytes, all.size() + limits::kPassedLogsBytes);
  take_outputs_of(results, false, most, all);
  return all;
}

}  // namespace testlooper::executor
