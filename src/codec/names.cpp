#include "codec/names.hpp"

#include <algorithm>
#include <array>

namespace testlooper::codec {
namespace {

constexpr std::array<std::string_view, kOutcomes> kNames = {
    "passed",  "failed",    "error",   "skipped", "xfailed",
    "xpassed", "timed_out", "crashed", "infra",   "cancelled"};

constexpr std::array<std::string_view, 10> kReasons = {
    "starting", "pause", "drained", "no_docker", "low_disk",
    "too_big",  "slot",  "room",    "kept_room", "behind"};
static_assert(kReasons.size() == static_cast<std::size_t>(WaitReason::behind) + 1);

}  // namespace

std::string_view outcome_name(Outcome outcome) { return kNames[static_cast<std::size_t>(outcome)]; }

std::optional<Outcome> outcome_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Outcome>(found - kNames.begin());
}

std::string_view reason_name(WaitReason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

std::optional<WaitReason> reason_named(std::string_view name) {
  const auto found = std::ranges::find(kReasons, name);
  if (found == kReasons.end()) return std::nullopt;
  return static_cast<WaitReason>(found - kReasons.begin());
}

}  // namespace testlooper::codec
