#include <ctime>
#include <sstream>

#include <pugixml.hpp>

#include "codec/monitoring_text.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kShortSha = 12;

const char* activity(const pages::CommitSummary& head) {
  const bool busy = head.status == pages::Status::running || head.status == pages::Status::waiting;
  return busy ? "Building" : "Sleeping";
}

// What is known so far, while it is still tested. A monitor is not to turn red for tests that both
// failed and passed.
const char* last_status(const pages::CommitSummary& head) {
  if (head.failing > 0) return "Failure";
  if (head.status == pages::Status::error) return "Exception";
  if (head.status == pages::Status::failed) return head.flaky > 0 ? "Success" : "Failure";
  return head.status == pages::Status::passed ? "Success" : "Unknown";
}

std::string time_text(WallTime time) {
  const std::time_t seconds = time.ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

void add_project(pugi::xml_node& projects, const BranchUrl& url, const std::string& repo,
                 const pages::BranchSummary& branch) {
  auto project = projects.append_child("Project");
  const auto set = [&](const char* name, const std::string& value) {
    project.append_attribute(name) = value.c_str();
  };
  set("name", repo + "/" + branch.name);
  set("activity", activity(*branch.head));
  set("lastBuildStatus", last_status(*branch.head));
  set("lastBuildLabel", branch.head->sha.substr(0, kShortSha));
  set("lastBuildTime", time_text(branch.head->committed_at));
  set("webUrl", url(repo, branch.name));
}

}  // namespace

std::string cc_xml(const BranchUrl& url, const pages::MonitoringPage& page) {
  pugi::xml_document document;
  auto projects = document.append_child("Projects");
  for (const auto& repo : page.repos) {
    for (const auto& branch : repo.branches) {
      if (branch.head) add_project(projects, url, repo.name, branch);
    }
  }
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace testlooper::codec
