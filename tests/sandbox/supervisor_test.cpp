// The supervisor in a real container: what each run is given, how it ends, and that nothing of it
// is there for the next.
#include <fcntl.h>

#include "fixture.hpp"

namespace testlooper::sandbox {
namespace {

const auto* const kImage = ::testing::AddGlobalTestEnvironment(new Image);

class SupervisorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { supervisor_ = new Supervisor; }
  static void TearDownTestSuite() {
    delete supervisor_;
    supervisor_ = nullptr;
  }
  void SetUp() override { ASSERT_EQ(supervisor_->hello(), (Hello{kProtocolVersion, ""})); }
  // Whatever a test did, the next run is a run like the first.
  void TearDown() override {
    const auto seen =
        run("echo fine; ls /testlooper/repo /testlooper/io/artifacts /tmp /dev/shm; "
            "echo /proc/[0-9]*");
    EXPECT_EQ(seen.out,
              "fine\n/dev/shm:\n\n/testlooper/io/artifacts:\n\n/testlooper/repo:\n\n/tmp:\n/proc/1 "
              "/proc/2\n")
        << seen.err;
  }
  static Seen run(const RunRequest& wanted) {
    auto seen = supervisor_->run(wanted);
    EXPECT_TRUE(seen.good) << "the supervisor is gone";
    EXPECT_FALSE(seen.report.trouble) << seen.report.trouble.value_or(Trouble{}).what;
    return seen;
  }
  static Seen run(const std::string& command) { return run(request(command)); }

  static Supervisor* supervisor_;
};
Supervisor* SupervisorTest::supervisor_ = nullptr;

TEST_F(SupervisorTest, both_outputs_and_the_exit_code_come_back_apart) {
  const auto seen = run("echo to out; echo to err >&2; exit 3");
  EXPECT_EQ(seen.out, "to out\n");
  EXPECT_EQ(seen.err, "to err\n");
  EXPECT_EQ(seen.exit_code(), 3);
  EXPECT_EQ(seen.ended, Ended{});
  EXPECT_TRUE(seen.report.complete);
}

TEST_F(SupervisorTest, a_death_by_signal_is_told) {
  EXPECT_EQ(run("kill -SEGV $$").exit_code(), 128 + SIGSEGV);
}

TEST_F(SupervisorTest, variables_user_groups_and_folder_are_those_of_the_request) {
  auto wanted = request("env | sort | grep -v SHLVL; pwd; id -u; id -G; cat; echo $0");
  wanted.variables = {"PATH=/bin", "A=x 'y'\nz"};
  wanted.uid = 1234;
  wanted.gid = 1235;
  wanted.groups = {1235, 77};
  wanted.folder = "/tmp";
  EXPECT_EQ(run(wanted).out, "A=x 'y'\nPATH=/bin\nPWD=/tmp\nz\n/tmp\n1234\n1235 77\nsh\n");
}

TEST_F(SupervisorTest, inputs_arrive_and_outputs_come_back_byte_by_byte) {
  auto wanted = request(
      "cd /testlooper/io; md5sum <large; cat in; printf 'a\\0b' >bin; : >empty;"
      "head -c 1001 /dev/zero >big; ln -s /etc/passwd link; mkfifo pipe; "
      "truncate -s 1000G sparse; ls -ln in | awk '{print $3}'");
  wanted.uid = 1234;
  wanted.gid = 1235;
  wanted.inputs = {{"/testlooper/io/in", "one\n"},
                   {"/testlooper/io/large", std::string(5u << 20, 'x')}};
  for (const char* name : {"bin", "empty", "big", "link", "pipe", "sparse", "absent"}) {
    wanted.outputs.push_back({std::string("/testlooper/io/") + name, 1'000});
  }
  const auto seen = run(wanted);
  EXPECT_EQ(seen.out, "4f08eef4096726bff1125e1b1b734644  -\none\n1234\n") << seen.err;
  const std::map<std::string, std::string> expected = {
      {"/testlooper/io/bin", std::string("a\0b", 3)}, {"/testlooper/io/empty", ""}};
  EXPECT_EQ(seen.report.outputs, expected);
  EXPECT_EQ(seen.report.oversized,
            (std::vector<std::string>{"/testlooper/io/big", "/testlooper/io/sparse"}));
}

TEST_F(SupervisorTest, artifacts_come_back_as_a_tar) {
  auto wanted = request(
      "cd /testlooper/io/artifacts; mkdir -p core/deep; echo one >a.txt; "
      "echo two >core/deep/$(printf %0150d 7); ln -s /etc/passwd link; "
      "ln a.txt hard; mkfifo pipe");
  wanted.artifacts = "/testlooper/io/artifacts";
  const auto seen = run(wanted);
  const auto list = must_run({.words = {"tar", "-tvf", "-"}, .input = seen.tar});
  for (const char* part : {"artifacts/a.txt\n", "artifacts/core/deep/\n", "0007\n",
                           "artifacts/link ", "artifacts/hard", "artifacts/pipe\n"}) {
    EXPECT_NE(list.find(part), std::string::npos) << part << " in\n" << list;
  }
  EXPECT_EQ(must_run({.words = {"tar", "-xOf", "-", "artifacts/a.txt"}, .input = seen.tar}),
            "one\n");
}

TEST_F(SupervisorTest, endless_artifacts_are_cut) {
  auto wanted = request("truncate -s 100G /testlooper/io/artifacts/huge");
  wanted.artifacts = "/testlooper/io/artifacts";
  const auto seen = run(wanted);
  EXPECT_TRUE(seen.report.artifacts_cut && seen.report.complete);
  EXPECT_EQ(seen.tar.size(), wanted.artifact_bytes);
}

TEST_F(SupervisorTest, a_time_limit_asks_first_and_then_ends_all_and_what_was_left_counts) {
  auto wanted = request(
      "trap 'echo asked' TERM; echo part >/testlooper/io/report; "
      "sleep 1000 & while true; do wait; done");
  wanted.timeout_ms = 200;
  wanted.outputs = {{"/testlooper/io/report", 100}};
  const auto seen = run(wanted);
  EXPECT_TRUE(seen.ended.timed_out);
  EXPECT_EQ(seen.out, "asked\n");
  EXPECT_EQ(seen.exit_code(), 128 + SIGKILL);
  EXPECT_EQ(seen.report.outputs.at("/testlooper/io/report"), "part\n");
}

TEST_F(SupervisorTest, a_run_is_stopped_when_the_server_says_so) {
  const auto wanted = request("echo begun; sleep 1000");
  supervisor_->send(wanted);
  const auto seen =
      supervisor_->see(wanted, [](const std::string&) { supervisor_->send_stop(5'000); });
  EXPECT_TRUE(seen.ended.stopped);
  EXPECT_FALSE(seen.ended.timed_out);
  EXPECT_EQ(seen.exit_code(), 128 + SIGTERM);
}

TEST_F(SupervisorTest, memory_that_runs_out_is_told_apart) {
  const auto seen = run("x=xxxxxxxxxxxxxxxx; while true; do x=$x$x; done");
  EXPECT_GE(seen.ended.out_of_memory, 1u);
  EXPECT_EQ(seen.exit_code(), 128 + SIGKILL);
}

TEST_F(SupervisorTest, a_fork_bomb_ends_with_its_run) {
  // Without a process of its own the command can still wait, in the shell itself.
  auto wanted = request("mkfifo /tmp/p; b() { b | b & }; b & read x <>/tmp/p");
  wanted.timeout_ms = 1'000;
  const auto ended = run(wanted).ended;
  EXPECT_TRUE(ended.timed_out || ended.out_of_memory > 0);
}

TEST_F(SupervisorTest, daemons_and_kill_everything_do_not_reach_further_than_the_run) {
  EXPECT_EQ(run("setsid sh -c 'trap \"\" TERM; sleep 1000' & echo ok; sleep 0.1").out, "ok\n");
  EXPECT_EQ(run("sleep 1000 & kill -9 -1; echo alive").out, "alive\n");
}

TEST_F(SupervisorTest, a_full_disk_is_the_runs_own) {
  const auto seen =
      run("dd if=/dev/zero of=/tmp/full bs=1M 2>&1 | grep -o 'No space'; "
          "dd if=/dev/zero of=/dev/shm/full bs=1M 2>&1 | grep -o 'No space'");
  EXPECT_EQ(seen.out, "No space\nNo space\n");
}

TEST_F(SupervisorTest, closed_outputs_and_much_output_do_no_harm) {
  EXPECT_EQ(run("exec >&- 2>&-; sleep 0.1; exit 5").exit_code(), 5);
  EXPECT_EQ(run("head -c 20000000 /dev/zero").out.size(), 20'000'000u);
}

TEST_F(SupervisorTest, nothing_of_the_container_can_be_changed) {
  const auto seen =
      run("touch /bin/poison /etc/poison /dev/poison /testlooper/repo/poison; "
          "echo poison >/etc/hosts; rm /bin/md5sum; touch /sys/fs/cgroup/poison; hostname poison");
  EXPECT_NE(seen.err.find("/sys/fs/cgroup/poison: Read-only"), std::string::npos) << seen.err;
  EXPECT_NE(seen.err.find("sethostname: Operation not permitted"), std::string::npos) << seen.err;
  EXPECT_EQ(run("ls /bin /etc /dev /testlooper/repo | grep -c poison; grep -c poison /etc/hosts; "
                "ls /bin/md5sum; hostname")
                .out,
            "0\n0\n/bin/md5sum\ntestlooper\n");
}

TEST_F(SupervisorTest, the_command_has_what_a_container_of_its_own_gives_and_no_more) {
  const auto seen = run("grep -E 'Cap|NoNew|Seccomp:' /proc/self/status | tr -d '\\t '");
  EXPECT_EQ(seen.out,
            "CapInh:0000000000000000\nCapPrm:00000000000000fb\nCapEff:00000000000000fb\n"
            "CapBnd:00000000000000fb\nCapAmb:0000000000000000\nNoNewPrivs:1\nSeccomp:2\n");
  for (const char* call :
       {"mount -t tmpfs x /tmp", "umount /dev/shm", "unshare -m true", "unshare -r true",
        "chroot / true", "hostname x", "dmesg", "pivot_root / /tmp", "nsenter -t 1 -m true",
        "mknod /tmp/x b 254 0", "ifconfig lo down", "date -s 2000-01-01"}) {
    const auto refused = run(call);
    EXPECT_TRUE(refused.err.find("not permitted") != std::string::npos ||
                refused.err.find("denied") != std::string::npos)
        << call << ": " << refused.err;
  }
}

TEST_F(SupervisorTest, sockets_queues_and_shared_memory_are_a_runs_own) {
  const std::string use =
      "nc -l -p 8080 & until netstat -ltn | grep -q 8080; do :; done; "
      "tail -n +2 /proc/sysvipc/msg | wc -l; echo x >/dev/shm/x; ls /dev/mqueue | wc -l";
  EXPECT_EQ(run(use).out, "0\n0\n");
  EXPECT_EQ(run("netstat -ltn | grep -c 8080; " + use).out, "0\n0\n0\n");
}

TEST_F(SupervisorTest, a_network_serves_the_next_run_only_where_nobody_used_it) {
  const auto network = [] { return run("readlink /proc/self/ns/net").out; };
  const auto first = network();
  EXPECT_EQ(run("true; nc -l -p 8080 & netstat -ltn").exit_code(), 0);
  EXPECT_EQ(network(), first) << "nothing of a socket that nobody spoke to is left";
  for (const char* use :
       {"nc 127.0.0.1 9", "nslookup x 127.0.0.1",
        "nc -l -p 8080 & until netstat -ltn | grep -q 8080; do :; done; echo x | nc 127.0.0.1 8080",
        "nc -l -p 8080 -e sleep 100 & until netstat -ltn | grep -q 8080; do :; done; "
        "sleep 100 | nc 127.0.0.1 8080 & until netstat -tn | grep -q ESTABLISHED; do :; done"}) {
    const auto used = run(std::string("readlink /proc/self/ns/net; { ") + use + "; } >/dev/null");
    EXPECT_NE(network(), used.out) << use << used.err;
    EXPECT_EQ(run("netstat -tuan | tail -n +3").out, "") << use;
    EXPECT_EQ(run("grep lo: /proc/net/dev | tr -d ' 0'").out, "lo:\n") << use;
  }
}

TEST_F(SupervisorTest, a_run_has_the_containers_network_where_it_may_use_that) {
  const auto network = [](bool own) {
    auto wanted = request("readlink /proc/self/ns/net; cat /proc/sys/net/ipv4/ping_group_range");
    wanted.own_network = own;
    return run(wanted).out;
  };
  const auto containers = network(false);
  const auto own = network(true);
  EXPECT_NE(own, containers);
  EXPECT_EQ(own.substr(own.find('\n')), containers.substr(containers.find('\n')));
  EXPECT_EQ(network(false), containers);
  EXPECT_NE(network(true), containers);
}

TEST(Supervisor, says_in_a_sentence_why_it_can_have_no_run) {
  const Supervisor locked({"--ipc", "none"});
  EXPECT_EQ(locked.hello().version, kProtocolVersion);
  EXPECT_FALSE(locked.hello().reason.empty());
}

TEST(Supervisor, ends_with_what_it_runs_when_the_server_goes) {
  const auto name = "testlooper-test-gone-" + std::to_string(getpid());
  {
    Supervisor supervisor({"--name", name});
    supervisor.send(request("sleep 1000"));
  }
  // Docker's client may end before the container it started: its end is waited for, not looked for.
  const auto waited =
      testlooper::testing::run({.words = {"timeout", "60", "docker", "wait", name}});
  EXPECT_NE(waited.exit_code, 124) << "the container runs on";
  EXPECT_EQ(must_run({.words = {"docker", "ps", "-q", "--filter", "name=" + name}}), "");
}

}  // namespace
}  // namespace testlooper::sandbox
