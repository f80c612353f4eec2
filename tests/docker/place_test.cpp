// What every run is promised, wherever it happens: one suite for both places.
#include <gtest/gtest.h>

#include "docker/log_file.hpp"
#include "fixture.hpp"

namespace testlooper::docker {
namespace {

class PlaceTest : public DockerTest, public ::testing::WithParamInterface<Place> {
 protected:
  void SetUp() override {
    DockerTest::SetUp();
    options_.slots = 1;  // so that one run follows the other in the same slot
    options_.spare_sandboxes = 0;
    start_host();
  }
  ContainerJob job_here(const std::string& command, const std::string& image = kBaseImage) {
    ContainerJob made = job(command, image);
    made.place = GetParam();
    made.memory_bytes = 128ll << 20;
    return made;
  }
  ContainerEnd end_here(ContainerJob wanted) {
    auto end = end_of(std::move(wanted));
    EXPECT_EQ(end.place, GetParam()) << end.place_reason;
    return end;
  }
  std::string log_here(const std::string& command) { return log_of(end_here(job_here(command))); }
  // A run like the first, whatever was there before.
  void expect_untouched() {
    EXPECT_EQ(log_here("cat sub/hello.txt; ls /testlooper/repo /testlooper/io /tmp /dev/shm | "
                       "grep -c poison; ps -o comm | grep -cE 'sleep|nc'; tail -n +2 "
                       "/proc/sysvipc/shm | wc -l; "
                       "netstat -ltn | grep -c 8080; netstat -lxn | grep -c @; hostname; "
                       "grep -c poison /etc/hosts; ls /bin | grep -c busybox"),
              "hello\n0\n0\n0\n0\n0\ntestlooper\n0\n1\n");
  }
};

INSTANTIATE_TEST_SUITE_P(Places, PlaceTest, ::testing::Values(Place::container, Place::sandbox),
                         [](const auto& each) {
                           return each.param == Place::container ? "container" : "sandbox";
                         });

TEST_P(PlaceTest, both_outputs_and_the_exit_code_come_back) {
  const auto end = end_here(job_here("echo to out; echo to err >&2; exit 3"));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_FALSE(end.timed_out || end.oom_killed || end.cancelled);
  const std::string log = dir_.file(end.log.path);
  EXPECT_EQ(read_stream(log, Output::out, 100).value(), "to out\n");
  EXPECT_EQ(read_stream(log, Output::err, 100).value(), "to err\n");
  EXPECT_EQ(end.log.bytes, std::filesystem::file_size(log));
}

TEST_P(PlaceTest, user_groups_variables_and_capabilities_are_the_same) {
  for (const auto& image : {kBaseImage, kUserImage}) {
    std::string seen[2];
    for (const auto place : {Place::container, Place::sandbox}) {
      ContainerJob wanted = job_here(
          "exec 2>&1; env | grep -vE '^(SHLVL|OLDPWD|_)=' | sort; id; pwd; umask; "
          "ulimit -a | grep -v processes; grep -E 'Cap|NoNew|Seccomp:' /proc/self/status; ls "
          "/proc/self/fd | wc -l; "
          "cat /proc/self/attr/current; for d in null zero full random urandom tty; do stat -c "
          "'%n %F %t %T' /dev/$d; done; ls /dev; cat /proc/keys | wc -c; touch /proc/sys/x; "
          "touch /sys/fs/cgroup/memory/x; "
          "df -k /dev/shm | awk 'NR==2 {print $2}'; stat -c '%a %u %g' / /tmp /dev "
          "/testlooper/repo",
          image);
      wanted.place = place;
      wanted.variables = {{"A", "x 'y' $z"}, {"REPO_ROOT", "/elsewhere"}};
      seen[place == Place::sandbox ? 1 : 0] = log_of(end_of(std::move(wanted)));
    }
    EXPECT_EQ(seen[0], seen[1]);
    EXPECT_NE(seen[0].find("CapEff"), std::string::npos) << seen[0];
  }
}

TEST_P(PlaceTest, a_network_of_its_own_is_set_up_the_same) {
  std::string seen[2];
  for (const auto place : {Place::container, Place::sandbox}) {
    ContainerJob wanted = job_here(
        "exec 2>&1; cd /proc/sys/net; cat ipv4/ip_unprivileged_port_start ipv4/ping_group_range; "
        "cat ipv6/conf/*/disable_ipv6; cat /proc/net/if_inet6; ifconfig; "
        "nc -l -p 80 & until netstat -ltn | grep ':80 ' || ! kill -0 $!; do :; done",
        kUserImage);
    wanted.no_network = true;
    wanted.place = place;
    const auto end = end_of(std::move(wanted));
    EXPECT_EQ(end.place, place) << end.place_reason;
    seen[place == Place::sandbox] = log_of(end);
  }
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_NE(seen[1].find("LISTEN"), std::string::npos) << seen[1];
}

TEST_P(PlaceTest, inputs_arrive_and_outputs_come_back_byte_by_byte) {
  ContainerJob wanted = job_here(
      "cd /testlooper/io; cat in; md5sum large; printf 'a\\0b' >bin; : >empty;"
      "head -c 1001 /dev/zero >large; ln -s /etc/passwd link; mkfifo pipe; truncate -s 1000G "
      "sparse");
  wanted.inputs = {{"/testlooper/io/in", "a::b[1]\n"},
                   {"/testlooper/io/large", std::string(5u << 20, 'x')}};
  for (const char* name : {"bin", "empty", "large", "link", "pipe", "sparse", "absent"}) {
    wanted.outputs[std::string(kIoFolder) + "/" + name] = 1000;
  }
  const auto end = end_here(std::move(wanted));
  EXPECT_EQ(log_of(end), "a::b[1]\n4f08eef4096726bff1125e1b1b734644  large\n");
  const std::map<std::string, std::string> expected = {
      {"/testlooper/io/bin", std::string("a\0b", 3)}, {"/testlooper/io/empty", ""}};
  EXPECT_EQ(end.outputs, expected);
  EXPECT_EQ(end.oversized_outputs,
            (std::vector<std::string>{"/testlooper/io/large", "/testlooper/io/sparse"}));
}

TEST_P(PlaceTest, a_command_of_a_megabyte_runs) {
  const auto end =
      end_here(job_here("echo begin\n" + std::string(1u << 20, '#') + "\necho end; exit 4"));
  EXPECT_EQ(log_of(end), "begin\nend\n");
  EXPECT_EQ(end.exit_code, 4);
}

TEST_P(PlaceTest, artifacts_come_home_without_what_is_no_plain_file) {
  for (const auto& image : {kBaseImage, kUserImage}) {
    ContainerJob wanted = job_here(
        "cd /testlooper/io/artifacts && mkdir -p core/deep && echo one >a.txt && echo two "
        ">core/deep/b && ln -s /etc/passwd link && ln a.txt hard && mkfifo pipe; exit 3",
        image);
    wanted.artifacts_path = attempt_artifacts_path(wanted.attempt);
    const auto folder = dir_.file(wanted.artifacts_path);
    const auto end = end_here(std::move(wanted));
    EXPECT_EQ(end.exit_code, 3) << log_of(end);
    EXPECT_EQ(end.artifacts.files, (std::vector<Artifact>{{"a.txt", 4}, {"core/deep/b", 4}}));
    EXPECT_EQ(end.artifacts.warnings.size(), 3u);
    EXPECT_EQ(file_text(folder + "/core/deep/b"), "two\n");
  }
  ContainerJob none = job_here("true");
  none.artifacts_path = "artifacts/none";
  EXPECT_EQ(end_here(std::move(none)).artifacts, ArtifactsInfo{});
  ContainerJob gone = job_here("rmdir /testlooper/io/artifacts");
  gone.artifacts_path = "artifacts/gone";
  EXPECT_EQ(end_here(std::move(gone)).artifacts.warnings.size(), 1u);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() / "tmp"));
}

TEST_P(PlaceTest, no_run_sees_what_another_left) {
  for (int i = 0; i < 2; ++i) {
    log_here(
        "for d in /testlooper/repo /testlooper/io /tmp /dev/shm /bin; do touch $d/poison; done;"
        "echo x >sub/hello.txt; rm -f /bin/md5sum; for f in /etc/hosts /etc/hostname; do echo "
        "poison "
        ">>$f; done; chmod 0 /etc/hosts; nc -l -p 8080 & setsid sleep 1000 & "
        "until netstat -ltn | grep -q 8080; do :; done");
    expect_untouched();
  }
}

TEST_P(PlaceTest, what_a_run_removes_is_gone_and_may_be_made_again) {
  EXPECT_EQ(log_here("mv sub old && cat old/hello.txt && rm -rf old && mkdir sub && ls -A sub | "
                     "wc -l && rm -rf sub && mkdir -p sub/deep && ls -R . && echo x >/dev/null && "
                     "wc -c </dev/null && head -c 3 /dev/zero | wc -c"),
            "hello\n0\n.:\nsub\n\n./sub:\ndeep\n\n./sub/deep:\n0\n3\n");
  expect_untouched();
}

TEST_P(PlaceTest, an_image_that_nobody_may_write_to_is_no_hindrance) {
  ContainerJob wanted = job_here(
      "echo x 2>/dev/null >/tmp/x || echo locked; cat sub/hello.txt /testlooper/io/in; "
      "echo out >/testlooper/io/out",
      kLockedImage);
  wanted.inputs = {{"/testlooper/io/in", "in\n"}};
  wanted.outputs = {{"/testlooper/io/out", 100}};
  const auto end = end_here(std::move(wanted));
  EXPECT_EQ(log_of(end), "locked\nhello\nin\n");
  EXPECT_EQ(end.outputs.at("/testlooper/io/out"), "out\n");
}

TEST_P(PlaceTest, a_time_limit_ends_a_run_and_all_that_it_started) {
  ContainerJob wanted =
      job_here("echo asked; (trap '' TERM; sleep 1000) & trap '' TERM; while true; do wait; done");
  wanted.timeout = Seconds{1};
  const auto end = end_here(std::move(wanted));
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.exit_code, 137);
  EXPECT_GE(end.duration, Seconds{3});
  expect_untouched();
}

TEST_P(PlaceTest, a_run_is_cancelled) {
  ContainerJob wanted = job_here("sleep 1000");
  const auto attempt = wanted.attempt;
  auto pending = begin(std::move(wanted));
  ASSERT_TRUE(pending.has_started());
  host_->cancel(attempt);
  const auto end = pending.end();
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_TRUE(end->cancelled);
  expect_untouched();
}

TEST_P(PlaceTest, memory_that_runs_out_is_told_apart) {
  const auto end = end_here(job_here("x=xxxxxxxxxxxxxxxx; while true; do x=$x$x; done"));
  EXPECT_TRUE(end.oom_killed);
  EXPECT_EQ(end.exit_code, 137);
  expect_untouched();
}

TEST_P(PlaceTest, a_fork_bomb_harms_nobody_else) {
  // Without a process of its own the command can still wait, in the shell itself.
  ContainerJob wanted = job_here("mkfifo /tmp/p; b() { b | b & }; b & read x <>/tmp/p");
  wanted.timeout = Seconds{1};
  const auto end = end_here(std::move(wanted));
  EXPECT_TRUE(end.timed_out || end.oom_killed) << log_of(end).substr(0, 500);
  expect_untouched();
}

TEST_P(PlaceTest, killing_everything_reaches_nothing_else) {
  EXPECT_EQ(log_here("sleep 1000 & kill -9 -1; echo alive"), "alive\n");
  expect_untouched();
}

TEST_P(PlaceTest, much_output_is_cut_and_a_closed_one_is_no_harm) {
  options_.log_bytes = 1 << 20;
  start_host();
  const auto end = end_here(job_here("head -c 100000000 /dev/zero; exec >&- 2>&-; exit 5"));
  EXPECT_EQ(end.exit_code, 5);
  EXPECT_LT(std::filesystem::file_size(dir_.file(end.log.path)), 3u << 20);
  expect_untouched();
}

TEST_P(PlaceTest, nothing_of_the_machine_can_be_changed) {
  const auto end = end_here(job_here(
      "for c in 'mount -t tmpfs x /tmp' 'hostname x' 'chroot / true' 'unshare -m true' 'unshare -r "
      "true' 'mknod /tmp/x b 254 0' 'date -s 2000-01-01' 'ifconfig lo down'; do $c 2>&1 | grep -cE "
      "'not permitted|denied'; done; echo x 2>/dev/null >/proc/sys/kernel/hostname || echo no"));
  EXPECT_EQ(log_of(end), "1\n1\n1\n1\n1\n1\n1\n1\nno\n");
}

TEST_P(PlaceTest, runs_at_the_same_time_do_not_see_each_other) {
  options_.slots = 2;
  start_host();
  auto other = job_here(
      "for d in /tmp /dev/shm /testlooper/io /testlooper/repo; do echo secret >$d/poison; done; "
      "nc -l -p 8080 & until netstat -ltn | grep -q 8080; do :; done; "
      "echo ready; while :; do sleep 1000; done");
  other.variables = {{"SECRET", "poison"}};
  const auto attempt = other.attempt;
  const auto log = dir_.file(other.log_path);
  auto pending = begin(std::move(other));
  ASSERT_TRUE(live_.spoke(attempt));
  // While that one goes on, each of these is as if it were alone.
  for (int i = 0; i < 2; ++i) expect_untouched();
  EXPECT_EQ(log_here("cat /proc/[0-9]*/environ 2>/dev/null | grep -c [S]ECRET=poison; "
                     "kill -9 -1 2>/dev/null; killall sleep 2>&1 | grep -c 'no process'; "
                     "echo | nc 127.0.0.1 8080 >/dev/null 2>&1 && echo reached || echo alone"),
            "0\n1\nalone\n");
  host_->cancel(attempt);
  const auto end = pending.end();
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_TRUE(end->cancelled) << "it was harmed";
  EXPECT_EQ(file_text(log), "ready\n");
}

TEST_P(PlaceTest, shared_memory_queues_and_abstract_sockets_are_a_runs_own) {
  options_.slots = 2;
  start_host();
  auto holder = job_here("ipc hold & wait");
  const auto attempt = holder.attempt;
  const auto log = dir_.file(holder.log_path);
  auto pending = begin(std::move(holder));
  ASSERT_TRUE(live_.spoke(attempt)) << "it holds all of them once it says so";
  EXPECT_EQ(log_here("mkfifo /tmp/p; ipc hold >/tmp/p & read x </tmp/p; ipc look").find("abstract"),
            0u)
      << "what it holds itself, it finds";
  EXPECT_EQ(log_here("ipc look"), "looked\n");
  host_->cancel(attempt);
  ASSERT_TRUE(pending.end());
  EXPECT_EQ(file_text(log), "held\n");
  // Each in the place of one that held it.
  for (int i = 0; i < 2; ++i) EXPECT_EQ(log_here("ipc look"), "looked\n");
}

TEST_P(PlaceTest, nobody_reaches_what_carries_the_run_out) {
  for (const auto& image : {kBaseImage, kUserImage}) {
    const auto end = end_here(
        job_here("for n in 0 1 2 3 4 5 6 7 8 9; do echo x 2>/dev/null >/proc/1/fd/$n && echo "
                 "reached $n; done; echo over",
                 image));
    EXPECT_EQ(log_of(end), "over\n");
  }
}

TEST_P(PlaceTest, what_a_run_fills_is_empty_for_the_next) {
  const auto end = end_here(
      job_here("for f in /tmp/fill /dev/shm/fill; do dd if=/dev/zero of=$f bs=1M count=200 "
               "2>/dev/null; done; echo over"));
  EXPECT_TRUE(end.oom_killed || log_of(end) == "over\n") << log_of(end);
  EXPECT_EQ(log_here("ls /tmp /dev/shm | grep -c fill; dd if=/dev/zero of=/tmp/x bs=1M count=8 "
                     "2>/dev/null && echo room"),
            "0\nroom\n");
  expect_untouched();
}

TEST_P(PlaceTest, a_series_continues_the_log_of_its_attempt) {
  const ContainerJob first = job_here("echo one");
  end_here(first);
  auto second = first;
  second.command = "echo two >&2";
  second.continues_log = true;
  const auto end = end_here(std::move(second));
  EXPECT_EQ(log_of(end), "one\ntwo\n");
  EXPECT_EQ(end.log.bytes, 8u);
}

class WarmTest : public PlaceTest {};
INSTANTIATE_TEST_SUITE_P(Sandbox, WarmTest, ::testing::Values(Place::sandbox));

TEST_P(WarmTest, runs_share_a_warm_container_and_stop_leaves_none) {
  for (int i = 0; i < 5; ++i) log_here("true");
  const auto warm = containers();
  EXPECT_EQ(std::ranges::count(warm, '\n'), 1) << warm;
  EXPECT_NE(warm.find("-warm"), std::string::npos) << warm;
  host_->stop();
  EXPECT_EQ(containers(), "");
}

TEST_P(WarmTest, what_an_earlier_process_left_is_removed_at_the_start) {
  log_here("true");
  const auto left = docker({"ps", "-q", "--filter", "label=testlooper.kind=warm", "--filter",
                            "label=testlooper.instance=" + options_.instance_id});
  ASSERT_NE(left, "");
  // The same data folder, and another process: the first knows nothing of it.
  Statuses statuses;
  DockerHost other(options_, clock_, live_, [&](ExecutorStatus status) { statuses.add(status); });
  other.start();
  ASSERT_TRUE(statuses.next_ready().ready);
  EXPECT_EQ(docker({"ps", "-q", "--filter", "label=testlooper.kind=warm", "--filter",
                    "label=testlooper.instance=" + options_.instance_id}),
            "");
  other.stop();
  // The first one's run finds its warm container gone: the machine's fault, and the next is fine.
  EXPECT_EQ(run(job_here("true")).error().kind, ErrorKind::unavailable);
  expect_untouched();
}

TEST_P(PlaceTest, an_image_without_a_shell_for_this_machine_has_no_results) {
  for (const auto& image : {kNoShellImage, kForeignImage}) {
    const auto end = run(job_here("true", image));
    ASSERT_FALSE(end) << image << ": " << end->exit_code.value_or(-1) << " in a "
                      << end->place_reason;
    EXPECT_EQ(end.error().kind, ErrorKind::invalid) << "no place can run its commands";
    EXPECT_NE(
        end.error().text().find(image == kForeignImage ? "another kind of machine" : "/bin/sh"),
        std::string::npos)
        << end.error().text();
  }
}

TEST_P(WarmTest, one_that_insists_on_a_sandbox_gets_nothing_else) {
  ContainerJob wanted = job_here("true");
  wanted.with_docker = true;
  wanted.only_there = true;
  const auto end = run(std::move(wanted));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
}

TEST_P(WarmTest, a_new_kind_takes_the_place_of_the_one_that_was_idle_longest) {
  log_here("true");
  const auto first = containers();
  EXPECT_EQ(log_of(end_here(job_here("id -u", kUserImage))), "1234\n");
  const auto second = containers();
  EXPECT_EQ(std::ranges::count(second, '\n'), 1) << "as many as there may be: " << second;
  EXPECT_NE(first, second);
}

TEST_P(WarmTest, what_a_sandbox_cant_give_gets_a_container_and_says_why) {
  ContainerJob wanted = job_here("ls /var/run/docker.sock");
  wanted.with_docker = true;
  const auto end = end_of(std::move(wanted));
  EXPECT_EQ(end.place, Place::container);
  EXPECT_NE(end.place_reason.find("docker"), std::string::npos) << end.place_reason;
  EXPECT_EQ(end.exit_code, 0);
}

}  // namespace
}  // namespace testlooper::docker
