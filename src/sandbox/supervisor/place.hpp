// A fresh place for one run: a copy-on-write root above the container's, with its own /proc, /dev
// and what docker masks in them.
#pragma once

#include <optional>

#include "sandbox/messages.hpp"
#include "sandbox/supervisor/container.hpp"

namespace testlooper::sandbox {

// Makes it, in namespaces that are this process's own, and moves there. All of it goes with the
// namespaces.
std::optional<Trouble> enter_place(const Container& container, const RunRequest& request);
// What is wrong with the place that this process is in, of what a host may refuse without a word.
std::optional<Trouble> check_place();
// Writes a run's inputs, in its place.
std::optional<Trouble> write_inputs(const RunRequest& request);

}  // namespace testlooper::sandbox
