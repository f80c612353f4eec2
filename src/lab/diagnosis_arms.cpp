// What a diagnosis changes, level by level. Each level is a condition that a person could ask for.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "lab/diagnosis.hpp"
#include "lab/diagnosis_parts.hpp"

namespace testlooper::lab {
namespace {

constexpr std::uint64_t kShuffles = 8;  // times the effort
constexpr std::uint32_t kSeeds = 8;
constexpr int kStress = 8;
constexpr int kCopies = 4;
constexpr int kRepeats = 3;
constexpr std::array kCpus{.1, .5, 1.};
constexpr std::array<std::int64_t, 3> kMemory{512, 256, 128};
// Fourteen hours before UTC, eleven behind it, and two that are off by a part of an hour.
constexpr std::array kZones{"Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata",
                            "America/St_Johns"};
// A comma for the decimal point; a dotless i; UTF-8 where the image says nothing.
constexpr std::array kLocales{"C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "en_US.UTF-8"};
// A leap day; the last minute of a year, as the start takes seconds; a Sunday at night; the other
// half of the day; beyond 31 bits of seconds.
constexpr std::array kClocks{"2028-02-29T12:00:00", "2030-12-31T23:59:00", "2033-07-03T03:30:00",
                             "+12h", "2038-02-01T09:00:00"};
// The clock is faked, and says what it would say: shows what faking alone does.
constexpr const char* kClockControl = "+1s";

// "0.1", "1"
std::string cores_text(double cores) {
  auto text = std::to_string(cores);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// Of the test alone.
DiagnosisArm arm(Factor factor, std::string key) {
  DiagnosisArm made;
  made.key = std::move(key);
  made.factor = factor;
  made.condition.order.kind = OrderKind::alone;
  return made;
}

DiagnosisArm order_arm(OrderKind kind, std::string key, std::uint64_t seed = 0) {
  DiagnosisArm made;
  made.key = std::move(key);
  made.condition.order.kind = kind;
  made.condition.order.seed = seed;
  return made;
}

void add_resources(double cores, std::vector<DiagnosisArm>& arms) {
  for (const double each : kCpus) {
    if (each >= cores) continue;
    arms.push_back(arm(Factor::cpus, "cpus=" + cores_text(each)));
    arms.back().condition.cpus = each;
  }
  for (const auto each : kMemory) {
    arms.push_back(arm(Factor::memory, "memory=" + std::to_string(each) + "m"));
    arms.back().condition.memory_mb = each;
  }
  arms.push_back(arm(Factor::stress, "stress"));
  arms.back().condition.stress = kStress;
  arms.push_back(arm(Factor::copies, "copies"));
  arms.back().condition.copies = kCopies;
  arms.push_back(arm(Factor::repeat, "repeat"));
  arms.back().condition.repeats = kRepeats;
  arms.push_back(arm(Factor::network, "network"));
  arms.back().condition.no_network = true;
}

void add_surroundings(std::vector<DiagnosisArm>& arms) {
  for (const auto* each : kZones) {
    arms.push_back(arm(Factor::zone, std::string("TZ=") + each));
    arms.back().condition.variables["TZ"] = each;
  }
  for (const auto* each : kLocales) {
    arms.push_back(arm(Factor::locale, std::string("LC_ALL=") + each));
    arms.back().condition.variables["LC_ALL"] = each;
  }
  arms.push_back(arm(Factor::clock, "clock-control"));
  arms.back().condition.clock = kClockControl;
  for (const auto* each : kClocks) {
    arms.push_back(arm(Factor::clock, std::string("clock=") + each));
    arms.back().condition.clock = each;
  }
}

// What an interpreter draws at its start, and what the test draws: fixed, each time to another
// value.
void add_seeds(std::vector<DiagnosisArm>& arms) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    arms.push_back(arm(Factor::hash, "hash=" + std::to_string(seed)));
    auto& variables = arms.back().condition.variables;
    variables["PYTHONHASHSEED"] = std::to_string(seed);
    variables["PERL_HASH_SEED"] = std::to_string(seed);
    variables["PERL_PERTURB_KEYS"] = "2";  // by the seed alone, and of few keys too
  }
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    arms.push_back(arm(Factor::seed, "seed=" + std::to_string(seed)));
    arms.back().condition.seed = seed;
  }
}

}  // namespace

std::vector<DiagnosisArm> order_arms(const DiagnosisInput& input) {
  std::vector<DiagnosisArm> arms{order_arm(OrderKind::alone, "alone")};
  if (input.listed.size() < 2) return arms;
  arms.push_back(order_arm(OrderKind::original, "original"));
  arms.push_back(order_arm(OrderKind::reverse, "reverse"));
  if (input.listed.size() < 3) return arms;
  const auto shuffles = kShuffles * static_cast<std::uint64_t>(input.settings.effort);
  for (std::uint64_t seed = 1; seed <= shuffles; ++seed) {
    arms.push_back(order_arm(OrderKind::shuffle, "shuffle:" + std::to_string(seed), seed));
  }
  return arms;
}

std::vector<DiagnosisArm> factor_arms(double cores) {
  std::vector<DiagnosisArm> arms;
  add_surroundings(arms);
  add_seeds(arms);
  add_resources(cores, arms);
  return arms;
}

std::vector<DiagnosisArm> pair_arms(const DiagnosisInput& input) {
  const auto& listed = input.listed;
  const auto found = std::ranges::find(listed, input.test);
  const auto place = found - listed.begin();
  const auto size = std::ssize(listed);
  const auto most = input.settings.pairs * input.settings.effort;
  std::vector<DiagnosisArm> arms;
  for (std::int64_t far = 1; far <= size && std::ssize(arms) < most; ++far) {
    for (const auto other : {place - far, place + far}) {
      if (other < 0 || other >= size || std::ssize(arms) == most) continue;
      arms.push_back(diagnosis::arm_after({listed[static_cast<std::size_t>(other)].id()}));
    }
  }
  return arms;
}

}  // namespace testlooper::lab
