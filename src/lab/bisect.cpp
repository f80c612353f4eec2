#include "lab/bisect.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "testlooper/base/check.hpp"

#include "lab/compare.hpp"
#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

std::size_t at(int commit) { return static_cast<std::size_t>(commit); }

// Below this gain, in nats, no run tells anything.
constexpr double kNothing = 1e-12;

std::vector<Counts> runs_of(const std::vector<BisectCommit>& commits) {
  std::vector<Counts> runs;
  for (const auto& commit : commits) runs.push_back(commit.runs);
  return runs;
}

}  // namespace

Bisection::Bisection(Parents parents, std::vector<BisectCommit> commits, BisectSettings settings)
    : ancestry_(std::move(parents)),
      commits_(std::move(commits)),
      settings_(settings),
      prior_(settings.prior),
      made_(settings.made),
      leader_(commits_.size(), -1),
      weights_(commits_.size(), 0) {
  TL_CHECK(commits_.size() == at(ancestry_.size()));
  group();
  belief_ = believe();
}

bool Bisection::can_run(int commit) const { return commits_[at(commit)].runnable; }

Belief Bisection::believe() const {
  return Belief(ancestry_, prior_, weights_, settings_.none, runs_of(commits_));
}

// Each commit that has or may have runs gets a number drawn from 2^64; candidates with the same sum
// of them over their descendants have the same descendants among them, and no run can ever tell
// them apart. Candidates without any can't be told from "no culprit", and are none; nor can those
// that all of them descend from: then it fails at one rate wherever it can be run.
void Bisection::group() {
  Random random(settings_.seed);
  std::vector<std::uint64_t> marks(commits_.size(), 0);
  for (std::size_t commit = 0; commit < commits_.size(); ++commit) {
    const auto mark = random.next();
    if (commits_[commit].runnable || commits_[commit].runs.runs > 0) marks[commit] = mark;
  }
  const auto signatures = ancestry_.sum_descendants(marks);
  const auto everywhere = std::accumulate(marks.begin(), marks.end(), std::uint64_t{0});
  std::map<std::uint64_t, int> leaders;
  int candidates = 0;
  bool begins_here = false;
  weights_.assign(commits_.size(), 0);
  leader_.assign(commits_.size(), -1);
  for (std::size_t commit = 0; commit < commits_.size(); ++commit) {
    const auto signature = signatures[commit];
    if (!commits_[commit].candidate || signature == 0) continue;
    if (signature == everywhere) {
      begins_here = true;
      continue;
    }
    const auto leader = leaders.try_emplace(signature, static_cast<int>(commit)).first->second;
    leader_[commit] = leader;
    weights_[at(leader)] += 1;
    ++candidates;
  }
  one_rate_ = begins_here && candidates == 0;
  for (auto& weight : weights_) weight *= (1 - settings_.none) / std::max(candidates, 1);
}

void Bisection::add(int commit, Counts counts) {
  TL_CHECK(commit >= 0 && commit < ancestry_.size() && counts.failures <= counts.runs);
  auto& ran = commits_[at(commit)];
  const bool tells_more = !ran.runnable && ran.runs.runs == 0;
  ran.runs = ran.runs + counts;
  ran.own = ran.own + counts;
  ran.built = true;
  made_ += counts.runs;
  gains_.reset();
  if (tells_more) {
    group();
    belief_ = believe();
  } else {
    belief_->add(commit, counts);
  }
}

void Bisection::set_not_runnable(int commit) {
  commits_[at(commit)].runnable = false;
  group();
  belief_ = believe();
  gains_.reset();
}

void Bisection::set_built(int commit) { commits_[at(commit)].built = true; }

// The prior alone may be as sure as that.
bool Bisection::is_none_sure() const {
  return belief_->total().runs > 0 && belief_->none() >= settings_.stop_none;
}

// -1: no culprit here.
int Bisection::likeliest() const {
  int best = -1;
  auto probability = belief_->none();
  for (int commit = 0; commit < ancestry_.size(); ++commit) {
    if (belief_->probability(commit) <= probability) continue;
    best = commit;
    probability = belief_->probability(commit);
  }
  return best;
}

// Where the only candidates are commits that all others with runs descend from, some runs tell all;
// where no candidate can be run, none does.
BisectAnswer Bisection::answer_without_candidates() const {
  BisectAnswer answer;
  const auto runs = belief_->total();
  if (one_rate_ && runs.failures > 0) {
    answer.verdict = BisectVerdict::starts_before;
    answer.probability = 1;
  } else if (one_rate_ && runs.runs >= settings_.verify_runs) {
    answer.verdict = BisectVerdict::never_fails;
  } else if (next(1).empty()) {
    answer.verdict = BisectVerdict::stuck;
  }
  return answer;
}

BisectAnswer Bisection::answer() const {
  BisectAnswer answer;
  if (std::ranges::all_of(leader_, [](int leader) { return leader < 0; })) {
    return answer_without_candidates();
  }
  const auto culprit = likeliest();
  if (culprit < 0) {
    answer.probability = belief_->none();
    if (is_none_sure()) {
      answer.verdict = belief_->total().failures == 0 ? BisectVerdict::never_fails
                                                      : BisectVerdict::starts_before;
    }
  } else {
    answer.probability = belief_->probability(culprit);
    const auto rates = belief_->rates(culprit);
    answer.rate_before = rates.before;
    answer.rate_after = rates.after;
    for (int commit = 0; commit < ancestry_.size(); ++commit) {
      if (leader_[at(commit)] == culprit) answer.commits.push_back(commit);
    }
    if (answer.probability >= settings_.stop) {
      const auto compared = arms(culprit);
      if (verified(compared)) {
        answer.verdict = BisectVerdict::culprit;
        answer.compared = compared.size() > 1;
      } else if (exhausted(compared)) {
        answer.verdict = BisectVerdict::unverified;
      }
    }
  }
  if (answer.verdict == BisectVerdict::open && next(1).empty())
    answer.verdict = BisectVerdict::stuck;
  return answer;
}

std::vector<double> Bisection::posterior() const {
  std::vector<double> members(commits_.size(), 0);
  for (const auto leader : leader_) {
    if (leader >= 0) members[at(leader)] += 1;
  }
  std::vector<double> shares(commits_.size(), 0);
  for (std::size_t commit = 0; commit < commits_.size(); ++commit) {
    const auto leader = leader_[commit];
    if (leader >= 0) shares[commit] = belief_->probability(leader) / members[at(leader)];
  }
  return shares;
}

// The nearest commits with runs possible, downwards from each of `commits`.
std::vector<int> Bisection::nearest_runnable(const std::vector<int>& commits) const {
  std::vector<int> found;
  std::vector<char> seen(commits_.size(), 0);
  auto open = commits;
  while (!open.empty()) {
    const auto commit = open.back();
    open.pop_back();
    if (std::exchange(seen[at(commit)], char{1})) continue;
    if (can_run(commit)) {
      found.push_back(commit);
      continue;
    }
    for (const auto parent : ancestry_.parents(commit)) open.push_back(parent);
  }
  std::ranges::sort(found);
  return found;
}

// What a verdict is verified with: a runnable commit that has the culprit, as early as can be, and
// then the nearest runnable ones below it that do not.
std::vector<int> Bisection::arms(int culprit) const {
  std::vector<int> group;
  for (int commit = 0; commit < ancestry_.size(); ++commit) {
    if (leader_[at(commit)] == culprit) group.push_back(commit);
  }
  int top = -1;
  for (int commit = culprit; commit < ancestry_.size() && top < 0; ++commit) {
    if (!can_run(commit)) continue;
    if (std::ranges::binary_search(ancestry_.with_ancestors(commit), culprit)) top = commit;
  }
  if (top < 0) return {};
  std::vector<int> below;
  for (const auto member : group) {
    for (const auto parent : ancestry_.parents(member)) {
      if (!std::ranges::binary_search(group, parent)) below.push_back(parent);
    }
  }
  std::vector<int> arms{top};
  for (const auto parent : nearest_runnable(below)) {
    if (parent != top) arms.push_back(parent);
  }
  return arms;
}

// A culprit without runnable parents (the root, or the range's beginning) is compared with nothing.
bool Bisection::verified(const std::vector<int>& arms) const {
  if (arms.empty()) return false;
  const auto culprit = commits_[at(arms[0])].own;
  return std::ranges::all_of(arms.begin() + 1, arms.end(), [&](int parent) {
    const auto own = commits_[at(parent)].own;
    return log_rise_factor(culprit, own) >= std::log(settings_.verify_odds);
  });
}

bool Bisection::exhausted(const std::vector<int>& arms) const {
  return std::ranges::all_of(
      arms, [&](int arm) { return commits_[at(arm)].own.runs >= settings_.verify_runs; });
}

double Bisection::build_charge() const {
  const auto made = std::max(1., static_cast<double>(made_));
  return std::max(settings_.least_build_charge,
                  settings_.build_charge * std::min(1., settings_.charged_runs / made));
}

int Bisection::best_choice(const std::vector<double>& gains, const std::vector<char>& built,
                           const std::vector<int>& among) const {
  int best = -1;
  auto most = kNothing;
  const auto charge = build_charge();
  const auto look_at = [&](int commit) {
    if (!can_run(commit)) return;
    const auto gain = gains[at(commit)] / (1 + (built[at(commit)] ? 0 : charge));
    if (gain <= most) return;
    best = commit;
    most = gain;
  };
  if (among.empty()) {
    for (int commit = 0; commit < ancestry_.size(); ++commit) look_at(commit);
  } else {
    std::ranges::for_each(among, look_at);
  }
  return best;
}

std::vector<int> Bisection::next(int wanted, const std::vector<int>& pending) const {
  if (one_rate_) return next_anywhere(wanted);
  const auto culprit = likeliest();
  if (culprit < 0 && is_none_sure()) return {};
  if (culprit < 0 || belief_->probability(culprit) < std::min(settings_.suspect, settings_.stop)) {
    return next_to_search(wanted, pending);
  }
  const auto compared = arms(culprit);
  const bool sure = belief_->probability(culprit) >= settings_.stop;
  if (!verified(compared) && !exhausted(compared)) {
    if (sure) return next_to_verify(compared, wanted, pending);
    // Not half of them at each: one failure may have told all that the culprit's runs can tell.
    const auto chosen = next_to_search(wanted, pending, compared);
    return chosen.empty() && pending.empty() ? next_to_verify(compared, wanted, pending) : chosen;
  }
  if (sure) return {};
  return next_to_search(wanted, pending);
}

std::vector<int> Bisection::next_anywhere(int wanted) const {
  const auto runs = belief_->total();
  if (runs.failures > 0 || runs.runs >= settings_.verify_runs) return {};
  const auto first = std::ranges::find(commits_, true, &BisectCommit::runnable);
  if (first == commits_.end()) return {};
  return std::vector<int>(static_cast<std::size_t>(wanted),
                          static_cast<int>(first - commits_.begin()));
}

std::vector<int> Bisection::next_to_verify(const std::vector<int>& arms, int wanted,
                                           const std::vector<int>& pending) const {
  std::vector<int> chosen;
  std::vector<std::int64_t> runs;
  for (const auto arm : arms) {
    runs.push_back(commits_[at(arm)].own.runs + std::ranges::count(pending, arm));
  }
  for (int i = 0; i < wanted; ++i) {
    const auto fewest = std::ranges::min_element(runs);
    ++*fewest;
    chosen.push_back(arms[static_cast<std::size_t>(fewest - runs.begin())]);
  }
  return chosen;
}

std::vector<int> Bisection::next_to_search(int wanted, const std::vector<int>& pending,
                                           const std::vector<int>& among) const {
  std::vector<int> chosen;
  const auto most = 1 + belief_->total().runs / settings_.known_per_open;
  const auto room = std::min<std::int64_t>(wanted, most - std::ssize(pending));
  std::vector<char> built;
  for (const auto& commit : commits_) built.push_back(commit.built ? 1 : 0);
  if (pending.empty() && room == 1) {
    if (const auto best = best_choice(gains(), built, among); best >= 0) chosen.push_back(best);
    return chosen;
  }
  auto belief = *belief_;
  Random random(settings_.seed + static_cast<std::uint64_t>(belief.total().runs));
  const auto assume = [&](int commit) {
    built[at(commit)] = 1;
    belief.add(commit, {random.chance(belief.failing(commit)) ? 1 : 0, 1});
  };
  if (room > 0) std::ranges::for_each(pending, assume);
  while (std::ssize(chosen) < room) {
    const auto best = best_choice(belief.gains(), built, among);
    if (best < 0) break;
    chosen.push_back(best);
    if (std::ssize(chosen) < room) assume(best);
  }
  return chosen;
}

const std::vector<double>& Bisection::gains() const {
  if (!gains_) gains_ = belief_->gains();
  return *gains_;
}

}  // namespace testlooper::lab
