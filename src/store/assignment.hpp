// Gathers what an executor needs to carry out a task.
#pragma once

#include "testlooper/domain/assignment.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

Assignment make_assignment(Connection& db, const Task& task);

}  // namespace testlooper::store
