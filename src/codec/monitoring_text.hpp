// How a server is, in the forms that other programs take. Pure; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "testlooper/domain/monitoring.hpp"

namespace testlooper::codec {

struct MonitoredServer {
  std::string version;
  std::int64_t slots = 0;
  std::int64_t busy_slots = 0;
  bool executor_ready = false;
};

// Prometheus' text format, version 0.0.4. No label names a test or a branch, so the number of
// series stays small whatever is tested.
std::string metrics_text(const MonitoredServer& server, const pages::MonitoringPage& page);

// Of a branch's page, by repository and branch.
using BranchUrl = std::function<std::string(const std::string&, const std::string&)>;

// The feed that desktop and wallboard monitors read (CCTray): a project a branch.
std::string cc_xml(const BranchUrl& url, const pages::MonitoringPage& page);

// A picture of 20 pixels in height: "tests" and how they are at the branch's head.
std::string badge_svg(const pages::BranchSummary& branch);

}  // namespace testlooper::codec
