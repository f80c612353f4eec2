// What the doctor says of hosts that differ.
#include "docker/findings.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace testlooper::docker {
namespace {

constexpr const char* kVersion = R"({"Version": "20.10.24+dfsg1", "ApiVersion": "1.41"})";
constexpr const char* kInfo = R"({
  "CgroupVersion": "1", "CgroupDriver": "cgroupfs", "MemoryLimit": true, "PidsLimit": true,
  "CpuCfsQuota": true, "SecurityOptions": ["name=seccomp,profile=default"], "Driver": "overlay2",
  "Runtimes": {"runc": {"path": "runc"}, "io.containerd.runc.v2": {"path": "runc"}},
  "DefaultRuntime": "runc", "DockerRootDir": "/var/lib/docker"})";

MachineFacts machine() {
  MachineFacts facts;
  facts.socket = "/var/run/docker.sock";
  facts.free_bytes = 100ull << 30;
  return facts;
}

// The server's answer with some of its members replaced, as text.
std::string info_with(std::string from, const std::string& to) {
  std::string info = kInfo;
  info.replace(info.find(from), from.size(), to);
  return info;
}

Finding about(const std::string& what, const std::vector<Finding>& findings) {
  const auto found = std::ranges::find(findings, what, &Finding::about);
  if (found != findings.end()) return *found;
  ADD_FAILURE() << "nothing is said about " << what;
  return {};
}

std::vector<Finding> found(const std::string& info, const Trial& trial = {},
                           const char* version = kVersion) {
  return with_docker(machine(), parse_info(info, version), trial);
}

TEST(Findings, OfAUsualHostAreGoodOrNotesAndSayHowToGetCrun) {
  const auto all = found(kInfo);
  EXPECT_TRUE(is_well(all));
  EXPECT_EQ(about("docker", all).text, "docker 20.10.24 (API 1.41) answers");
  EXPECT_EQ(about("cgroups", all).text, "cgroups version 1: all limits hold");
  EXPECT_EQ(about("sandbox", all).health, Health::good);
  EXPECT_EQ(about("runtime", all).health, Health::note);
  EXPECT_NE(about("runtime", all).remedy.find("daemon.json"), std::string::npos);
  for (const auto& each : all) {
    EXPECT_EQ(each.text.find('\n'), std::string::npos);
    if (each.health == Health::good) EXPECT_EQ(each.remedy, "") << each.text;
    if (each.health == Health::missing || each.health == Health::needed) {
      EXPECT_NE(each.remedy, "") << each.text;
    }
  }
}

TEST(Findings, OfCgroups) {
  auto two = found(info_with(R"("CgroupVersion": "1")", R"("CgroupVersion": "2")"));
  EXPECT_EQ(about("cgroups", two).text, "cgroups version 2: all limits hold");
  auto hybrid = machine();
  hybrid.hybrid_cgroups = true;
  EXPECT_NE(
      about("cgroups", with_docker(hybrid, parse_info(kInfo, kVersion), {})).text.find("(hybrid)"),
      std::string::npos);
  const auto lacking =
      about("cgroups", found(info_with(R"("PidsLimit": true,
  "CpuCfsQuota": true)",
                                       R"("PidsLimit": true, "CpuCfsQuota": false)")));
  EXPECT_EQ(lacking.health, Health::missing);
  EXPECT_EQ(lacking.text, "cgroups version 1: runs go without a limit of cpu time");
  const auto none = about(
      "cgroups", found(info_with(R"("CgroupDriver": "cgroupfs")", R"("CgroupDriver": "none")")));
  EXPECT_NE(none.text.find("memory, processes, cpu time"), std::string::npos) << none.text;
}

TEST(Findings, OfARootlessDocker) {
  const auto all = found(info_with(R"(["name=seccomp,profile=default"])",
                                   R"(["name=seccomp,profile=default", "name=rootless"])"),
                         {"", "no namespaces can be made: Operation not permitted"});
  EXPECT_TRUE(is_well(all)) << "containers do";
  EXPECT_NE(about("users", all).text.find("rootless"), std::string::npos);
  EXPECT_EQ(about("sandbox", all).text,
            "no sandboxes: no namespaces can be made: Operation not permitted");
  EXPECT_NE(about("sandbox", all).remedy.find("containers meanwhile"), std::string::npos);
}

TEST(Findings, OfSystemCallsThatNobodyFilters) {
  const auto all = found(info_with(R"(["name=seccomp,profile=default"])", R"(["name=apparmor"])"),
                         {"", "AppArmor's profile docker-default can't be had for a run: denied"});
  EXPECT_EQ(about("seccomp", all).health, Health::missing);
  EXPECT_NE(about("sandbox", all).remedy.find("aa-status"), std::string::npos);
}

TEST(Findings, OfANetworkInWhichRunsReachEachOther) {
  const auto all = found(kInfo, {.network = "cannot restrict inter-container communication"});
  EXPECT_EQ(about("network", all).health, Health::missing);
  EXPECT_NE(about("network", all).remedy.find("br_netfilter"), std::string::npos);
  for (const auto& each : found(kInfo)) EXPECT_NE(each.about, "network");
}

TEST(Findings, OfCrun) {
  const auto offered = info_with(R"("runc": {"path": "runc"})",
                                 R"("runc": {"path": "runc"}, "crun": {"path": "/usr/bin/crun"})");
  EXPECT_EQ(about("runtime", found(offered)).text, "docker offers crun, it works, and it is used");
  const auto broken = about("runtime", found(offered, {"it does not start: hybrid", ""}));
  EXPECT_EQ(broken.text,
            "docker offers crun, which can't start a container here (it does not start: hybrid); "
            "runc is used");
  EXPECT_EQ(broken.remedy.find("hybrid"), std::string::npos) << broken.remedy;
  auto hybrid = machine();
  hybrid.hybrid_cgroups = true;
  const auto refused =
      about("runtime", with_docker(hybrid, parse_info(offered, kVersion), {"hybrid", ""}));
  EXPECT_NE(refused.remedy.find("hybrid layout"), std::string::npos) << refused.remedy;
  const auto usual = found(info_with(R"("DefaultRuntime": "runc")", R"("DefaultRuntime": "crun")"));
  EXPECT_EQ(about("runtime", usual).health, Health::good);
}

TEST(Findings, OfAVeryOldDocker) {
  const auto old = R"({"Version": "1.12.6", "ApiVersion": "1.24"})";
  EXPECT_FALSE(is_well(found("{}", {}, old)));
  const auto older = R"({"Version": "18.09.1", "ApiVersion": "1.39"})";
  const auto all = found("{}", {}, older);
  EXPECT_TRUE(is_well(all));
  EXPECT_EQ(about("docker", all).health, Health::note);
  EXPECT_TRUE(is_well(found("no json at all"))) << "what is not told is as if all were well";
}

TEST(Findings, OfADiskThatIsFull) {
  auto full = machine();
  full.free_bytes = 5u << 20;
  const auto all = with_docker(full, parse_info(kInfo, kVersion), {});
  EXPECT_FALSE(is_well(all));
  EXPECT_NE(about("disk", all).text.find("/var/lib/docker"), std::string::npos);
}

TEST(Findings, WithoutDockerSayWhatToDo) {
  auto none = machine();
  none.socket_is_there = false;
  EXPECT_NE(without_docker(none, "").at(0).remedy.find("install docker"), std::string::npos);
  auto forbidden = machine();
  forbidden.may_use_socket = false;
  EXPECT_NE(without_docker(forbidden, "").at(0).remedy.find("usermod"), std::string::npos);
  const auto silent = without_docker(machine(), "it is silent");
  EXPECT_NE(silent.at(0).text.find("it is silent"), std::string::npos);
  EXPECT_FALSE(is_well(silent));
}

TEST(Findings, OfADockerThatIsNotUsed) {
  auto elsewhere = machine();
  elsewhere.other_docker = "tcp://10.0.0.1:2375";
  for (const auto& all : {with_docker(elsewhere, parse_info(kInfo, kVersion), {}),
                          without_docker(elsewhere, "it is silent")}) {
    EXPECT_NE(about("docker host", all).text.find("DOCKER_HOST=tcp://10.0.0.1:2375"),
              std::string::npos);
  }
}

TEST(Findings, PlacesAreOneSentence) {
  EXPECT_EQ(places_text("crun", {}), "containers by crun, and sandboxes");
  EXPECT_EQ(places_text("runc", {"hybrid", "no overlay"}),
            "containers by runc (docker's crun can't start one here: hybrid); no sandboxes: "
            "no overlay");
}

}  // namespace
}  // namespace testlooper::docker
