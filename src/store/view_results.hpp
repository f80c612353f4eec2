// Where a run's own log is. Used by pages.
#pragma once

#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

pages::RunLogSummary run_log_summary(Connection& db, RunId run,
                                     const pages::AttemptSummary& attempt);

}  // namespace testlooper::store
