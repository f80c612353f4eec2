// What a page shows of a diagnosis.
#pragma once

#include "testlooper/domain/experiment_page.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

pages::DiagnosisSummary diagnosis_summary(Connection& db, const ExperimentState& state,
                                          const DiagnoseQuestion& question);

}  // namespace testlooper::store
