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
constexpr std::array<std::string_view, 4> kExperimentKinds{"hunt", "prove", "bisect", "diagnose"};
static_assert(kExperimentKinds.size() == std::variant_size_v<ExperimentQuestion>);
constexpr std::array<std::string_view, 4> kStandings{"running", "paused", "stopped", "decided"};
constexpr std::array<std::string_view, 3> kProveMethods{"anytime", "sprt", "fixed"};

template <typename Enum, std::size_t size>
std::optional<Enum> value(const std::array<std::string_view, size>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

constexpr std::array<std::string_view, 2> kPlaces = {"container", "sandbox"};
constexpr std::array<std::string_view, 3> kIsolations = {"container", "sandbox", "auto"};

template <typename Enum>
std::optional<Enum> named(const auto& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view outcome_name(Outcome outcome) { return kNames[static_cast<std::size_t>(outcome)]; }

std::optional<Outcome> outcome_named(std::string_view name) { return named<Outcome>(kNames, name); }

std::string_view place_name(Place place) { return kPlaces[static_cast<std::size_t>(place)]; }

std::optional<Place> place_named(std::string_view name) { return named<Place>(kPlaces, name); }

std::string_view isolation_name(Isolation isolation) {
  return kIsolations[static_cast<std::size_t>(isolation)];
}

std::optional<Isolation> isolation_named(std::string_view name) {
  return named<Isolation>(kIsolations, name);
}

std::string_view reason_name(WaitReason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

std::optional<WaitReason> reason_named(std::string_view name) {
  return named<WaitReason>(kReasons, name);
}

std::string_view experiment_kind_name(ExperimentKind kind) {
  return kExperimentKinds.at(static_cast<std::size_t>(kind));
}
std::optional<ExperimentKind> experiment_kind_named(std::string_view name) {
  return value<ExperimentKind>(kExperimentKinds, name);
}
std::string_view standing_name(ExperimentStanding standing) {
  return kStandings.at(static_cast<std::size_t>(standing));
}
std::optional<ExperimentStanding> standing_named(std::string_view name) {
  return value<ExperimentStanding>(kStandings, name);
}
std::string_view prove_method_name(ProveMethod method) {
  return kProveMethods.at(static_cast<std::size_t>(method));
}
std::optional<ProveMethod> prove_method_named(std::string_view name) {
  return value<ProveMethod>(kProveMethods, name);
}
std::optional<Role> role_named(std::string_view name) { return value<Role>(kRoleNames, name); }

}  // namespace testlooper::codec
