#include "codec/plan_graph.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kShownBytes = 80;

template <typename Named>
bool has(const std::vector<Named>& all, const std::string& name) {
  return std::ranges::binary_search(all, name, {}, &Named::name);
}

int line_of(const PlanLines& lines, const std::string& path) {
  const auto found = lines.find(path);
  return found == lines.end() ? 1 : found->second;
}

// `user` is a build or a suite at `path`.
template <typename User>
void check_user(const TestPlan& plan, const User& user, const std::string& path,
                const PlanLines& lines, Findings& findings) {
  if (!user.environment.empty() && !has(plan.environments, user.environment)) {
    const auto key = path + ".environment";
    findings.error(line_of(lines, key),
                   fmt::format("'{}' names an environment that is not there: {}", key,
                               quoted_for_people(user.environment, kShownBytes)));
  }
  for (const auto& [build, mount] : user.dependencies) {
    if (has(plan.builds, build)) continue;
    findings.error(line_of(lines, path + ".dependencies." + build),
                   fmt::format("'{}.dependencies' names a build that is not there: {}", path,
                               quoted_for_people(build, kShownBytes)));
  }
}

// Depth first, with a stack of its own: a plan of ten thousand builds in a row must not need as
// many frames of ours.
class CycleSearch {
 public:
  explicit CycleSearch(const std::vector<Build>& builds)
      : builds_(builds), colours_(builds.size(), Colour::unseen) {}

  // The builds of a cycle, its first one repeated at the end; empty where there is none.
  std::vector<std::string> find() {
    for (std::size_t start = 0; start < builds_.size(); ++start) {
      if (colours_[start] != Colour::unseen) continue;
      enter(start);
      while (!way_.empty()) {
        if (auto cycle = advance(); !cycle.empty()) return cycle;
      }
    }
    return {};
  }

  // After find(): those that were left, in that order, which is each after what it depends on.
  std::vector<std::size_t> take_order() { return std::move(order_); }

 private:
  enum class Colour { unseen, on_the_way, done };
  using Dependency = std::map<std::string, std::string>::const_iterator;
  struct Step {
    std::size_t build;
    Dependency next;
  };

  void enter(std::size_t build) {
    colours_[build] = Colour::on_the_way;
    way_.push_back({build, builds_[build].dependencies.begin()});
  }

  std::vector<std::string> advance() {
    auto& step = way_.back();
    const auto& build = builds_[step.build];
    if (step.next == build.dependencies.end()) {
      colours_[step.build] = Colour::done;
      order_.push_back(step.build);
      way_.pop_back();
      return {};
    }
    const auto found = std::ranges::lower_bound(builds_, step.next->first, {}, &Build::name);
    const auto target = static_cast<std::size_t>(found - builds_.begin());
    ++step.next;
    if (found == builds_.end()) return {};
    if (colours_[target] == Colour::on_the_way) return cycle_from(target);
    if (colours_[target] == Colour::unseen) enter(target);
    return {};
  }

  std::vector<std::string> cycle_from(std::size_t target) const {
    std::vector<std::string> names;
    auto step = std::ranges::find(way_, target, &Step::build);
    for (; step != way_.end(); ++step) names.push_back(builds_[step->build].name);
    names.push_back(builds_[target].name);
    return names;
  }

  const std::vector<Build>& builds_;
  std::vector<Colour> colours_;
  std::vector<Step> way_;
  std::vector<std::size_t> order_;
};

}  // namespace

void check_references(const TestPlan& plan, const PlanLines& lines, Findings& findings) {
  for (const auto& build : plan.builds) {
    check_user(plan, build, "builds." + build.name, lines, findings);
  }
  for (const auto& suite : plan.suites) {
    check_user(plan, suite, "suites." + suite.name, lines, findings);
  }
}

void check_build_order(const TestPlan& plan, const PlanLines& lines, Findings& findings) {
  constexpr std::size_t kNamedBuilds = 10;
  auto cycle = CycleSearch(plan.builds).find();
  if (cycle.empty()) return;
  const int line = line_of(lines, fmt::format("builds.{}.dependencies.{}", cycle[0], cycle[1]));
  if (cycle.size() > kNamedBuilds) cycle.erase(cycle.begin() + 3, cycle.end() - 3);
  findings.error(
      line, fmt::format("builds depend on each other in a circle: {}", fmt::join(cycle, " -> ")));
}

void warn_of_unused_builds(const TestPlan& plan, const PlanLines& lines, Findings& findings) {
  std::set<std::string> used;
  std::vector<std::string> pending;
  for (const auto& suite : plan.suites) {
    for (const auto& [build, mount] : suite.dependencies) pending.push_back(build);
  }
  while (!pending.empty()) {
    const auto name = std::move(pending.back());
    pending.pop_back();
    if (!used.insert(name).second) continue;
    const auto found = std::ranges::lower_bound(plan.builds, name, {}, &Build::name);
    for (const auto& [build, mount] : found->dependencies) pending.push_back(build);
  }
  for (const auto& build : plan.builds) {
    if (used.contains(build.name)) continue;
    findings.warn(line_of(lines, "builds." + build.name + ".environment"),
                  fmt::format("no suite depends on build {}, so it is not carried out",
                              quoted_for_people(build.name, kShownBytes)));
  }
}

std::vector<std::size_t> build_order(const std::vector<Build>& builds) {
  CycleSearch search(builds);
  search.find();
  return search.take_order();
}

}  // namespace testlooper::codec
