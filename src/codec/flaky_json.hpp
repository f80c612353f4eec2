// The JSON of /api/v1 for flaky tests, clusters, quarantine and imports, as codec/api_json is for
// the rest. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/flaky_page.hpp"
#include "testlooper/ports/views.hpp"

namespace testlooper::codec {

std::string api_json(const pages::FlakyPage& page);
std::string api_json(const pages::ClustersPage& page);
std::string api_json(const pages::ClusterPage& page);
std::string api_json(const pages::QuarantinePage& page);

// As the target of a request has them; "" is the default.
struct FlakyParameters {
  std::string standing, order, limit;
};
// Errors: invalid, naming the parameter.
Result<FlakyQuery> parse_flaky_query(const FlakyParameters& parameters);

// The body of a request to quarantine a test.
struct QuarantineRequest {
  std::string test;  // as a person names it
  std::string owner, reason;
  std::int64_t days = 0;
  std::string requested_by = "api";
};
// Errors: invalid, naming the member.
Result<QuarantineRequest> parse_quarantine_request(std::string_view body);
std::string api_json(const QuarantineRequest& request);

}  // namespace testlooper::codec
