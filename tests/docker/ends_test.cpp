// How runs end when they do not end by themselves, and what hostile ones can do.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "docker/log_file.hpp"
#include "fixture.hpp"

namespace testlooper::docker {
namespace {

class EndsTest : public DockerTest {
 protected:
  void SetUp() override {
    DockerTest::SetUp();
    start_host();
  }
};

// What this process holds in memory now, or held at most since the last call of forget_peak().
std::int64_t memory_kb(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":")) return std::stoll(line.substr(key.size() + 1));
  }
  return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

TEST_F(EndsTest, a_run_past_its_time_is_asked_to_stop_and_what_it_said_is_kept) {
  ContainerJob wanted =
      job("trap 'echo stopped; exit 9' TERM; echo begun; while :; do sleep 0.1; done");
  wanted.timeout = Seconds{1};
  const auto end = end_of(std::move(wanted));
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.exit_code, 9);
  EXPECT_EQ(log_of(end), "begun\nstopped\n");
  EXPECT_GE(end.duration, Milliseconds{1000});
  EXPECT_LT(end.duration, Milliseconds{3000});
}

TEST_F(EndsTest, a_run_that_will_not_stop_is_killed_within_the_grace_with_all_its_processes) {
  ContainerJob wanted =
      job("trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done");
  wanted.timeout = Seconds{1};
  wanted.outputs = {{"/testlooper/io/none", 10}};
  const auto end = end_of(std::move(wanted));
  EXPECT_TRUE(end.timed_out);
  EXPECT_FALSE(end.oom_killed);
  EXPECT_EQ(end.exit_code, 137);
  EXPECT_GE(end.duration, Milliseconds{3000});
  EXPECT_LT(end.duration, Milliseconds{3000 + 2000});
  EXPECT_EQ(runs(), "");
}

TEST_F(EndsTest, what_was_left_before_the_time_was_over_comes_back) {
  ContainerJob wanted = job("echo half >/testlooper/io/report; exec sleep 100");
  wanted.timeout = Seconds{1};
  wanted.outputs = {{"/testlooper/io/report", 10}};
  const auto end = end_of(std::move(wanted));
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.outputs.at("/testlooper/io/report"), "half\n");
}

TEST_F(EndsTest, a_cancelled_run_is_gone_within_the_grace) {
  ContainerJob wanted = job("trap '' TERM; while :; do sleep 1; done");
  const AttemptKey attempt = wanted.attempt;
  auto pending = begin(std::move(wanted));
  ASSERT_TRUE(pending.has_started());
  const auto asked = std::chrono::steady_clock::now();
  host_->cancel(attempt);
  const auto end = pending.end();
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_TRUE(end->cancelled);
  EXPECT_FALSE(end->timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, Seconds{limits::kKillGraceSeconds + 2});
  EXPECT_EQ(runs(), "");
}

TEST_F(EndsTest, who_is_cancelled_before_the_start_never_runs) {
  auto entered = std::make_shared<std::promise<void>>();
  auto may_go_on = std::make_shared<std::promise<void>>();
  ContainerJob wanted = job("true");
  wanted.source.make_tar = [=, make = wanted.source.make_tar] {
    entered->set_value();
    may_go_on->get_future().wait();
    return make();
  };
  const AttemptKey attempt = wanted.attempt;
  auto pending = begin(std::move(wanted));
  ASSERT_EQ(entered->get_future().wait_for(kPatience), std::future_status::ready);
  host_->cancel(attempt);
  const auto end = pending.end();  // although its layer is still being made
  may_go_on->set_value();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(end_of(job("cat sub/hello.txt")).exit_code, 0) << "the layer is for others too";
}

TEST_F(EndsTest, a_cancel_for_nobody_is_nothing) {
  host_->cancel({{4711}, 1});
  EXPECT_EQ(end_of(job("true")).exit_code, 0);
}

TEST_F(EndsTest, out_of_memory_is_told_apart_even_where_only_a_child_was_killed) {
  ContainerJob wanted = job("tail /dev/zero >/dev/null; echo survived; exit 3");
  wanted.memory_bytes = 32 << 20;
  const auto end = end_of(std::move(wanted));
  EXPECT_TRUE(end.oom_killed);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_FALSE(end_of(job("exit 137")).oom_killed);
}

TEST_F(EndsTest, a_fork_bomb_is_contained_and_ended) {
  ContainerJob wanted = job("bomb() { bomb | bomb & }; bomb; while :; do sleep 1; done");
  wanted.timeout = Seconds{4};
  auto pending = begin(std::move(wanted));
  ASSERT_TRUE(pending.has_started());
  EXPECT_EQ(end_of(job("echo fine; exit 7")).exit_code, 7) << "beside it, others run";
  const auto end = pending.end();
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_TRUE(end->timed_out || end->exit_code != 0);
  EXPECT_EQ(runs(), "");
}

TEST_F(EndsTest, a_flood_of_output_costs_neither_disk_nor_memory) {
  constexpr std::uint64_t kFlood = 300u << 20;
  end_of(job("true"));  // what is allocated once is there
  forget_peak();
  [[maybe_unused]] const std::int64_t before = memory_kb("VmRSS");
  const auto end =
      end_of(job("echo first; yes 0123456789 | head -c " + std::to_string(kFlood) + "; echo last"));
  EXPECT_EQ(end.exit_code, 0);
#if !__has_feature(address_sanitizer)  // which keeps what was freed
  EXPECT_LE(memory_kb("VmHWM") - before, 32 * 1024);
#endif
  EXPECT_LE(end.log.bytes, options_.log_bytes + 100);
  EXPECT_NEAR(static_cast<double>(end.log.dropped + end.log.bytes), static_cast<double>(kFlood),
              200);
  const std::string log = log_of(end);
  EXPECT_EQ(log.size(), end.log.bytes);
  EXPECT_TRUE(log.starts_with("first\n0123456789\n"));
  EXPECT_TRUE(log.ends_with("\n0123456789\n012last\n")) << log.substr(log.size() - 40);
  EXPECT_NE(log.find("[testlooper: "), std::string::npos);
  EXPECT_LT(live_.seen().size(), 2000u);
}

TEST_F(EndsTest, who_closes_his_output_is_waited_for_all_the_same) {
  const auto end = end_of(job("echo out; exec >&- 2>&-; sleep 1; exit 5"));
  EXPECT_EQ(end.exit_code, 5);
  EXPECT_GE(end.duration, Milliseconds{900});
  EXPECT_EQ(log_of(end), "out\n");
}

TEST_F(EndsTest, a_run_has_no_more_rights_than_we_mean) {
  const auto end = end_of(
      job("mount -t tmpfs none /mnt; chroot / true; hostname x; mknod /tmp/null c 1 3;"
          "ip link add dummy0 type dummy; echo x >/proc/sys/kernel/hostname; date -s 12:00;"
          "kill -9 1; ls /proc | grep -c '^[0-9]'; ulimit -c; grep NoNewPrivs /proc/self/status;"
          "grep CapEff /proc/self/status; ls -l /dev/kmsg /dev/mem 2>/dev/null; echo end"));
  const std::string out = read_stream(dir_.file(end.log.path), Output::out, 10'000).value();
  EXPECT_TRUE(out.ends_with("0\nNoNewPrivs:\t1\nCapEff:\t00000000000000fb\nend\n")) << out;
  const std::string err = read_stream(dir_.file(end.log.path), Output::err, 10'000).value();
  EXPECT_EQ(std::ranges::count(err, '\n'), 7) << err;  // each was refused
}

TEST_F(EndsTest, runs_do_not_reach_each_other) {
  auto listening = begin(job("while :; do echo secret | nc -l -p 8080; done"));
  ASSERT_TRUE(listening.has_started());
  const std::string address =
      docker({"ps", "-q", "--filter", "label=testlooper.kind=pause", "--filter",
              "label=testlooper.instance=" + options_.instance_id});
  const std::string ip =
      docker({"inspect", "-f", "{{.NetworkSettings.Networks.testlooper.IPAddress}}",
              address.substr(0, address.find('\n'))});
  const auto end = end_of(job("nc -w 2 " + ip));
  EXPECT_EQ(log_of(end).find("secret"), std::string::npos);
  host_->cancel({{1}, 1});
  EXPECT_TRUE(listening.end());
}

TEST_F(EndsTest, stopping_ends_runs_at_once_and_leaves_nothing) {
  ContainerJob wanted = job("trap '' TERM; while :; do sleep 1; done");
  auto pending = begin(std::move(wanted));
  ASSERT_TRUE(pending.has_started());
  const auto asked = std::chrono::steady_clock::now();
  host_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - asked, Seconds{10});
  const auto end = pending.end();
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_TRUE(end->cancelled);
  EXPECT_EQ(containers(), "");
}

}  // namespace
}  // namespace testlooper::docker
