// Why does it flake there? Each arm of the diagnosis is a wish under a condition of its own. Pure.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/domain/condition.hpp"
#include "testlooper/domain/experiment.hpp"

#include "lab/diagnosis.hpp"

namespace testlooper::core {

// What its runs say so far, and which are next.
lab::DiagnosisStep diagnosis_of(const ExperimentState& state, const DiagnoseQuestion& question);

// In a word: "order_victim", "zone", "never_failed"; of a factor and of a comparison, likewise.
std::string_view cause_word(lab::Cause cause);
std::string_view factor_word(lab::Factor factor);
std::string_view standing_word(lab::Comparison::Standing standing);

// For people: "alone", "with TZ=Asia/Tokyo", "after a.py::t1", "with 0.1 cores".
std::string condition_in_words(const Condition& condition);

}  // namespace testlooper::core
