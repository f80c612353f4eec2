#include "docker/requests.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

#include "docker/responses.hpp"

namespace testlooper::docker {
namespace {

using nlohmann::json;

constexpr const char* kInstance = "0123456789abcdef";

ContainerJob small_job() {
  ContainerJob job;
  job.attempt = {{41}, 2};
  job.image = "python:3.11";
  job.source.tag = "testlooper/source:abc";
  job.command = "echo \"$HOME\"; make test";
  job.variables = {{"LANG", "C.UTF-8"}, {"REPO_ROOT", "/elsewhere"}};
  job.memory_bytes = 1 << 30;
  job.cpus = 1.5;
  return job;
}

RunPlace place() {
  return {kInstance, "testlooper/source:abc", "beef", "/run/docker.sock", "supervisor"};
}

json body_of(const ContainerJob& job, const HostFacts& facts = {.cpus = 4}) {
  return json::parse(run_body(job, place(), facts));
}

TEST(Requests, a_run_is_created_with_all_its_limits_and_nothing_of_the_host) {
  const json expected = json::parse(R"json({
    "AttachStderr": true,
    "AttachStdin": true,
    "AttachStdout": true,
    "Cmd": [],
    "Entrypoint": ["/testlooper/.supervisor/supervisor", "alone"],
    "Env": ["LANG=C.UTF-8", "REPO_ROOT=/testlooper/repo"],
    "Healthcheck": {"Test": ["NONE"]},
    "HostConfig": {
      "Annotations": {"io.containerd.runc.v2.group": "beef"},
      "CapAdd": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL"],
      "CapDrop": ["ALL"],
      "IpcMode": "private",
      "LogConfig": {"Type": "none"},
      "Memory": 1073741824,
      "MemorySwap": 1073741824,
      "Mounts": [{
        "Type": "volume", "Source": "supervisor", "Target": "/testlooper/.supervisor", "ReadOnly": true,
        "VolumeOptions": {
          "NoCopy": true,
          "Labels": {"testlooper.instance": "0123456789abcdef", "testlooper.kind": "lost"}
        }
      }],
      "NanoCpus": 1500000000,
      "NetworkMode": "container:beef",
      "PidsLimit": 2048,
      "SecurityOpt": ["no-new-privileges"],
      "ShmSize": 268435456,
      "Ulimits": [
        {"Hard": 0, "Name": "core", "Soft": 0},
        {"Hard": 65536, "Name": "nofile", "Soft": 65536}
      ]
    },
    "Image": "testlooper/source:abc",
    "OpenStdin": true,
    "StdinOnce": true,
    "Labels": {
      "testlooper.attempt": "2",
      "testlooper.instance": "0123456789abcdef",
      "testlooper.kind": "run",
      "testlooper.task": "41"
    },
    "WorkingDir": "/testlooper/repo"
  })json");
  EXPECT_EQ(body_of(small_job()), expected) << body_of(small_job()).dump(2);
}

TEST(Requests, a_run_without_wishes_has_the_default_memory_and_a_fair_share_of_the_cpus) {
  ContainerJob job = small_job();
  job.memory_bytes = 0;
  job.cpus = 0;
  const json host = body_of(job)["HostConfig"];
  EXPECT_EQ(host["Memory"], limits::kDefaultMemoryBytes);
  EXPECT_FALSE(host.contains("NanoCpus"));
}

TEST(Requests, wishes_that_docker_would_refuse_are_brought_into_its_range) {
  ContainerJob job = small_job();
  job.memory_bytes = 1;
  job.cpus = 64;
  const json host = body_of(job, {.cpus = 2})["HostConfig"];
  EXPECT_EQ(host["Memory"], 6 << 20);
  EXPECT_EQ(host["NanoCpus"], 2'000'000'000);
}

TEST(Requests, a_limit_that_this_docker_refuses_is_left_out) {
  const HostFacts facts{.cpus = 2, .limits_cpus = false, .limits_open_files = false};
  const json host = body_of(small_job(), facts)["HostConfig"];
  EXPECT_FALSE(host.contains("NanoCpus"));
  EXPECT_EQ(host["Ulimits"].size(), 1u);
}

TEST(Requests, only_with_docker_binds_anything_and_that_is_the_socket) {
  ContainerJob job = small_job();
  EXPECT_FALSE(body_of(job)["HostConfig"].contains("Binds"));
  job.with_docker = true;
  EXPECT_EQ(body_of(job)["HostConfig"]["Binds"],
            json::array({"/run/docker.sock:/var/run/docker.sock"}));
}

TEST(Requests, volumes_of_builds_are_read_only_and_the_fresh_one_is_not) {
  ContainerJob job = small_job();
  EXPECT_EQ(body_of(job)["HostConfig"]["Mounts"].size(), 1u) << "the supervisor's alone";
  job.mounts = {{"testlooper-1-t1-a1-output", "/opt/lib"}};
  job.output_bytes = 1;
  const json expected = json::parse(R"json([
    {
      "Type": "volume", "Source": "testlooper-1-t1-a1-output", "Target": "/opt/lib",
      "ReadOnly": true,
      "VolumeOptions": {
        "NoCopy": true,
        "Labels": {"testlooper.instance": "0123456789abcdef", "testlooper.kind": "lost"}
      }
    },
    {"Type": "volume", "Source": "testlooper-9f9f5111-t41-a2-output", "Target": "/testlooper/output"}
  ])json");
  json mounts = body_of(job)["HostConfig"]["Mounts"];
  mounts.erase(2);
  EXPECT_EQ(mounts, expected);
  const json volume = json::parse(volume_body("name", kInstance, kArtifactKind));
  EXPECT_EQ(volume["Labels"]["testlooper.kind"], "artifact");
}

TEST(Requests, inputs_that_would_fill_the_runs_memory_are_copied_in) {
  ContainerJob job = small_job();
  job.inputs = {{"/testlooper/io/in", std::string(1'000'000, 'x')}};
  EXPECT_TRUE(fits_in_request(job));
  job.inputs["/testlooper/io/more"] = std::string(100'000, 'x');
  EXPECT_FALSE(fits_in_request(job));
}

TEST(Requests, the_supervisors_volume_is_filled_by_a_container_that_is_never_started) {
  const json body = json::parse(filler_body("testlooper/pause:1", kInstance, "volume"));
  EXPECT_EQ(body["HostConfig"]["Mounts"], json::parse(R"json([
    {"Type": "volume", "Source": "volume", "Target": "/testlooper/.supervisor"}
  ])json"));
  EXPECT_EQ(body["Labels"]["testlooper.instance"], kInstance);
}

TEST(Requests, text_that_is_not_unicode_still_makes_a_request) {
  ContainerJob job = small_job();
  job.variables["X"] = "\xc3\x28";
  EXPECT_NO_THROW(body_of(job));
}

TEST(Requests, variables_that_no_process_could_have_are_refused) {
  EXPECT_TRUE(check_variables({{"A", std::string(100'000, 'x')}}));
  EXPECT_EQ(check_variables({{"A", std::string(131'070, 'x')}}).error().kind, ErrorKind::invalid);
  Variables many;
  for (int i = 0; i < 20; ++i) many["V" + std::to_string(i)] = std::string(60'000, 'x');
  EXPECT_EQ(check_variables(many).error().kind, ErrorKind::invalid);
}

TEST(Requests, names_tell_the_instance_the_task_and_the_attempt) {
  EXPECT_EQ(container_name(kInstance, {{41}, 2}), "testlooper-9f9f5111-t41-a2");
  EXPECT_NE(container_name("check1234a", {{1}, 1}), container_name("check1234b", {{1}, 1}));
}

TEST(Requests, a_pause_has_a_line_to_us_and_dies_with_it) {
  const json body =
      json::parse(pause_body("pause7", "testlooper/pause:1", kInstance, "bridge", {}));
  EXPECT_EQ(body["OpenStdin"], true);
  EXPECT_EQ(body["StdinOnce"], true);
  EXPECT_EQ(body["HostConfig"]["NetworkMode"], "testlooper");
  EXPECT_EQ(body["HostConfig"]["Sysctls"]["net.ipv4.tcp_max_tw_buckets"], "0");
  EXPECT_EQ(body["Labels"]["testlooper.instance"], kInstance);
  const HostFacts no_sysctl{.forgets_closed_tcp = false};
  const json none =
      json::parse(pause_body("pause7", "testlooper/pause:1", kInstance, "none", no_sysctl));
  EXPECT_EQ(none["HostConfig"]["NetworkMode"], "none");
  EXPECT_FALSE(none["HostConfig"].contains("Sysctls"));
}

TEST(Requests, a_pause_and_the_runs_in_its_network_are_one_group_to_containerd) {
  const json pause =
      json::parse(pause_body(place().pause, "testlooper/pause:1", kInstance, "bridge", {}));
  EXPECT_EQ(pause["HostConfig"]["Annotations"], body_of(small_job())["HostConfig"]["Annotations"]);
  ContainerJob alone = small_job();
  alone.no_network = true;
  EXPECT_FALSE(body_of(alone)["HostConfig"].contains("Annotations"));
}

TEST(Requests, where_apparmor_confines_containers_it_confines_the_runs_of_a_warm_one) {
  const RunPlace place{kInstance, "image:1", "", "", ""};
  const json plain = json::parse(warm_body(small_job(), place, "none", {}));
  EXPECT_EQ(plain["HostConfig"]["SecurityOpt"], json::array({"no-new-privileges"}));
  EXPECT_EQ(plain["Cmd"], json::array({"vanish"}));
  const HostFacts confined{.profile = "docker-default"};
  const json body = json::parse(warm_body(small_job(), place, "none", confined));
  EXPECT_EQ(body["HostConfig"]["SecurityOpt"],
            json::array({"no-new-privileges", "apparmor=unconfined"}));
  EXPECT_EQ(body["Cmd"], json::array({"vanish", "profile=docker-default"}));
  EXPECT_EQ(body_of(small_job())["HostConfig"]["SecurityOpt"], json::array({"no-new-privileges"}));
}

TEST(Requests, runs_on_our_network_do_not_reach_each_other) {
  const json body = json::parse(network_body(true));
  EXPECT_EQ(body["Name"], "testlooper");
  EXPECT_EQ(body["Options"]["com.docker.network.bridge.enable_icc"], "false");
  EXPECT_TRUE(parse_apart(network_body(true)));
  EXPECT_FALSE(parse_apart(network_body(false)));
  EXPECT_FALSE(parse_apart("{}"));
}

TEST(Requests, images_never_carry_the_label_by_which_containers_are_removed) {
  const json labels = json::parse(layer_commit_body(kInstance, "setup"))["Labels"];
  EXPECT_EQ(labels["testlooper.instance"], "");
  EXPECT_EQ(labels["testlooper.made-by"], kInstance);
  ImageJob job;
  job.tag = "testlooper/image:1";
  EXPECT_EQ(build_target(job, kInstance, {}).find("testlooper.instance"), std::string::npos);
}

TEST(Requests, targets_are_escaped) {
  ImageJob job;
  job.tag = "testlooper/image:1";
  job.dockerfile_path = "docker files/a&b";
  EXPECT_EQ(build_target(job, "i", {.buildkit = true}),
            "/build?rm=1&forcerm=1&t=testlooper%2Fimage%3A1&dockerfile=docker%20files%2Fa%26b"
            "&labels=%7B%22testlooper.made-by%22%3A%22i%22%7D&version=2");
  EXPECT_TRUE(build_target(job, "i", {true, "http://127.0.0.1:1/a"})
                  .ends_with("&version=2&remote=http%3A%2F%2F127.0.0.1%3A1%2Fa"));
  EXPECT_EQ(layer_commit_target("c", "testlooper/source:t"),
            "/commit?pause=0&container=c&repo=testlooper%2Fsource&tag=t");
  EXPECT_EQ(
      reap_target("i"),
      "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22testlooper.instance%3Di%22%5D%7D");
  EXPECT_EQ(image_target("host:5000/a/b?x=1#f"), "/images/host:5000/a/b%3Fx%3D1%23f/json");
}

TEST(Requests, a_pull_always_names_one_image) {
  EXPECT_EQ(pull_target("debian"), "/images/create?fromImage=debian&tag=latest");
  EXPECT_EQ(pull_target("debian:12"), "/images/create?fromImage=debian%3A12");
  EXPECT_EQ(pull_target("host:5000/debian"),
            "/images/create?fromImage=host%3A5000%2Fdebian&tag=latest");
  EXPECT_EQ(pull_target("debian@sha256:0a"), "/images/create?fromImage=debian%40sha256%3A0a");
}

}  // namespace
}  // namespace testlooper::docker
