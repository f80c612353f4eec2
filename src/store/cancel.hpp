// What a wish to cancel comes to.
#pragma once

#include "testlooper/domain/cancel.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

Result<CancelPlan> read_cancel_plan(Connection& db, const CancelOrder& order);

}  // namespace testlooper::store
