#include "codec/names.hpp"

#include <algorithm>
#include <array>

namespace testlooper::codec {
namespace {

constexpr std::array<std::string_view, kOutcomes> kNames = {
    "passed",  "failed",    "error",   "skipped", "xfailed",
    "xpassed", "timed_out", "crashed", "infra",   "cancelled"};

}  // namespace

std::string_view outcome_name(Outcome outcome) { return kNames[static_cast<std::size_t>(outcome)]; }

std::optional<Outcome> outcome_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Outcome>(found - kNames.begin());
}

}  // namespace testlooper::codec
