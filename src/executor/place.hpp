// Where the runs of a task are to be, and why. Pure. docs/isolation.md has the rules.
#pragma once

#include <string>

#include "testlooper/domain/assignment.hpp"

namespace testlooper::executor {

struct PlaceChoice {
  Place place = Place::container;
  std::string reason;  // one sentence
};

// `server` is the operator's wish: `container` is final, the others yield to a suite's or a
// request's. A sandbox is chosen without knowing whether this host can have one.
PlaceChoice choose_place(const Assignment& assignment, Isolation server);

}  // namespace testlooper::executor
