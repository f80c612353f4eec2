// Docker that is not there, goes away, or holds what an earlier process of ours left.
#include <set>

#include <gtest/gtest.h>

#include "docker/pause_image.hpp"
#include "docker/requests.hpp"
#include "fixture.hpp"
#include "proxy.hpp"

namespace testlooper::docker {
namespace {

class HostTest : public DockerTest {};

TEST_F(HostTest, without_docker_the_reason_is_told_and_runs_are_not_taken) {
  options_.socket = dir_.file("none.sock");
  make_host();
  const auto status = statuses_.next();
  EXPECT_FALSE(status.ready);
  EXPECT_EQ(status.reason,
            "docker can't be reached at " + options_.socket + ": No such file or directory");
  const auto end = run(job("true"));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(end.error().message, status.reason);
}

TEST_F(HostTest, a_host_that_was_never_started_can_go) {
  host_ = std::make_unique<DockerHost>(options_, clock_, live_, [](const ExecutorStatus&) {});
}

TEST_F(HostTest, what_an_earlier_process_left_is_removed_and_nothing_else) {
  const std::string mine = "testlooper.instance=" + options_.instance_id;
  const std::string foreign = "tltest-" + options_.instance_id;
  docker({"run", "-d", "--label", mine, kBaseImage, "sleep", "1000"});
  docker({"create", "--label", mine, kBaseImage, "true"});
  docker({"run", "-d", "--name", foreign, "--label", mine + "x", kBaseImage, "sleep", "1000"});
  start_host();
  EXPECT_EQ(containers(), "");
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Running}}", foreign}), "true\n");
  docker({"rm", "-f", foreign});
}

TEST_F(HostTest, a_container_made_by_hand_from_our_images_is_not_ours) {
  start_host();
  ContainerJob wanted = job("true");
  const std::string tag = wanted.source.tag;
  EXPECT_EQ(end_of(std::move(wanted)).exit_code, 0);
  const std::string name = "tltest-" + options_.instance_id;
  docker({"run", "-d", "--name", name, "--entrypoint", "sleep", tag, "1000"});
  start_host();
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Running}}", name}), "true\n");
  docker({"rm", "-f", name});
}

TEST_F(HostTest, an_attempts_container_that_never_started_is_made_anew_and_one_that_did_is_not) {
  start_host();
  const auto leave = [&](const ContainerJob& wanted, const char* how) {
    const std::string name = container_name(options_.instance_id, wanted.attempt);
    docker({how, "--name", name, "--label", "testlooper.instance=" + options_.instance_id,
            kBaseImage, "true"});
  };
  ContainerJob created = job("exit 7");
  leave(created, "create");
  EXPECT_EQ(end_of(created).exit_code, 7);

  ContainerJob ran = job("exit 7");
  leave(ran, "run");
  const auto end = run(ran);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(runs(), "");
}

TEST_F(HostTest, a_name_that_another_server_has_is_left_alone) {
  start_host();
  const ContainerJob wanted = job("true");
  const std::string name = container_name(options_.instance_id, wanted.attempt);
  docker({"create", "--name", name, kBaseImage, "true"});
  const auto end = run(wanted);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Status}}", name}), "created\n");
  docker({"rm", "-f", name});
}

TEST_F(HostTest, a_network_container_that_died_is_replaced) {
  options_.slots = 1;
  start_host();
  EXPECT_EQ(end_of(job("true")).exit_code, 0);
  const std::string pause =
      docker({"ps", "-q", "--filter", "label=testlooper.kind=pause", "--filter",
              "label=testlooper.instance=" + options_.instance_id});
  ASSERT_NE(pause, "");
  docker({"kill", pause.substr(0, pause.find('\n'))});
  EXPECT_EQ(end_of(job("true")).exit_code, 0);
}

TEST_F(HostTest, what_somebody_pruned_is_made_again) {
  start_host();
  // Either fails where another server of this docker uses it; then nothing is lost.
  testlooper::testing::run({.words = {"docker", "rmi", pause_image_tag()}});
  testlooper::testing::run({.words = {"docker", "network", "rm", "testlooper"}});
  EXPECT_EQ(end_of(job("true")).exit_code, 0);
}

TEST_F(HostTest, never_more_networks_than_twice_the_slots_and_all_runs_get_their_turn) {
  options_.slots = 1;
  options_.spare_containers = 0;
  start_host();
  std::vector<Pending> pending;
  for (int i = 0; i < 6; ++i) pending.push_back(begin(job("hostname -i; sleep 0.2")));
  std::set<std::string> addresses;
  for (auto& each : pending) {
    const auto end = each.end();
    ASSERT_TRUE(end) << end.error().text();
    addresses.insert(log_of(*end));
  }
  EXPECT_LE(addresses.size(), 2u);
}

TEST_F(HostTest, without_a_network_there_is_only_the_run_itself) {
  options_.network = "none";
  start_host();
  // The listener's input stays open: at its end it would hang up on who had not spoken yet.
  const auto end = end_of(
      job("ls /sys/class/net; mkfifo /tmp/open; exec 3<>/tmp/open; nc -l -p 8080 <&3 >/tmp/got &"
          "until echo x | nc 127.0.0.1 8080 2>/dev/null; do sleep 0.1; done; wait; cat /tmp/got"));
  EXPECT_EQ(log_of(end), "lo\nx\n");
}

TEST_F(HostTest, when_docker_goes_away_runs_end_as_our_fault_and_it_is_found_again) {
  const std::string socket = options_.socket;
  options_.socket = dir_.file("proxy.sock");
  Proxy proxy(options_.socket, socket);
  start_host();
  auto pending = begin(job("sleep 1000"));
  ASSERT_TRUE(pending.has_started());

  proxy.cut();
  const auto end = pending.end();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  const auto gone = statuses_.next();
  EXPECT_FALSE(gone.ready);
  EXPECT_NE(gone.reason.find("docker"), std::string::npos) << gone.reason;
  EXPECT_NE(runs(), "") << "nobody could remove it";

  proxy.mend();
  EXPECT_TRUE(statuses_.next_ready().ready);
  EXPECT_EQ(runs(), "") << "what could not be removed then is removed now";
  EXPECT_EQ(end_of(job("true")).exit_code, 0);
  host_.reset();
}

TEST_F(HostTest, docker_may_come_and_go_for_ever) {
  const std::string socket = options_.socket;
  options_.socket = dir_.file("proxy.sock");
  Proxy proxy(options_.socket, socket);
  start_host();
  for (int i = 0; i < 3; ++i) {
    std::vector<Pending> pending;
    for (int k = 0; k < 4; ++k) pending.push_back(begin(job("true")));
    proxy.cut();
    for (auto& each : pending) {
      const auto end = each.end();
      if (!end) EXPECT_EQ(end.error().kind, ErrorKind::unavailable) << end.error().text();
    }
    EXPECT_FALSE(statuses_.next().ready);
    proxy.mend();
    EXPECT_TRUE(statuses_.next_ready().ready);
  }
  EXPECT_EQ(end_of(job("true")).exit_code, 0);
  host_.reset();
}

TEST_F(HostTest, stopping_without_docker_is_bounded) {
  const std::string socket = options_.socket;
  options_.socket = dir_.file("proxy.sock");
  Proxy proxy(options_.socket, socket);
  start_host();
  auto pending = begin(job("sleep 1000"));
  ASSERT_TRUE(pending.has_started());
  proxy.cut();
  const auto asked = std::chrono::steady_clock::now();
  host_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - asked, Seconds{30});
  EXPECT_FALSE(pending.end());
  options_.socket = socket;
  start_host();  // removes what was left
}

}  // namespace
}  // namespace testlooper::docker
