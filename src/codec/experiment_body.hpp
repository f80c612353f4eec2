// Bodies of requests about experiments, and back. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/experiment_page.hpp"

namespace testlooper::codec {

// Errors: invalid, naming the member.
Result<ExperimentRequest> parse_experiment_request(std::string_view body);
// The inverse, as clients send it.
std::string api_json(const ExperimentRequest& request);

// What a paused, stopped or decided experiment shall go on to do; what is absent stays.
struct ExperimentMore {
  std::optional<std::int64_t> runs, until_failures;
  std::optional<Seconds> duration;
  std::optional<double> confidence;
  bool yes = false;
  std::string requested_by = "api";
};
Result<ExperimentMore> parse_experiment_more(std::string_view body);
std::string api_json(const ExperimentMore& more);

}  // namespace testlooper::codec
