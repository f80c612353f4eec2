// What the end of a container means for the task. Pure: the same end, the same words.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/assignment.hpp"
#include "testlooper/ports/container_host.hpp"

namespace testlooper::executor {

// An attempt that brought something, or the reason why not.
struct Interpreted {
  AttemptEnd end;
  Product product;
};

// The machine failed, or somebody asked to stop: there is no container's end to speak of.
AttemptEnd end_of(const Error& error);
// A container's end as an attempt's, before its files were looked at.
AttemptEnd end_of(const ContainerEnd& container);

// Docker lost artifacts that the container was to mount.
AttemptEnd end_of_missing(const std::vector<KeptArtifact>& artifacts);

// The container is kept as `reference` where it ended well.
Interpreted interpret_set_up(const ContainerEnd& container, const std::string& reference);
Interpreted interpret_build(const ContainerEnd& container);
// `text` is the plan as written; parsing it and naming its images is the caller's.
Result<std::string> plan_text(const ContainerEnd& container);
// The list from TEST_LIST, or else from the standard output.
Interpreted interpret_list(const ContainerEnd& container, const std::string& standard_output);
// One result for each assigned test, whatever the report says or lacks.
Interpreted interpret_run(const ContainerEnd& container, const Assignment& assignment);

}  // namespace testlooper::executor
