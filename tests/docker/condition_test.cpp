// Each part of a condition takes effect, wherever the run is.
#include <gtest/gtest.h>

#include "codec/condition_script.hpp"
#include "executor/jobs.hpp"
#include "fixture.hpp"

namespace testlooper::docker {
namespace {

class ConditionTest : public DockerTest, public ::testing::WithParamInterface<Place> {
 protected:
  void SetUp() override {
    DockerTest::SetUp();
    start_host();
  }

  // A run of the command under the condition, as the executor asks for it.
  ContainerEnd end_under(const Condition& condition, const std::string& command) {
    Assignment assignment;
    assignment.attempt = {{1'000}, 1};
    assignment.kind = TaskKind::run_tests;
    assignment.image_key = "named:x";
    assignment.environment = Environment{};
    assignment.suite = Suite{};
    assignment.suite->run_tests = command;
    assignment.tests = {{"a.py", "t"}};
    assignment.condition = condition;
    assignment.isolation = GetParam() == Place::sandbox ? Isolation::sandbox : Isolation::container;
    const auto asked = executor::container_job(assignment, {.cores = 2, .with_docker_repos = {}});
    ContainerJob made = job(asked.command);
    made.variables = asked.variables;
    made.cpus = asked.cpus;
    made.memory_bytes = asked.memory_bytes > 0 ? asked.memory_bytes : 128ll << 20;
    made.inputs = asked.inputs;
    made.outputs = asked.outputs;
    made.no_network = asked.no_network;
    made.place = asked.place;
    const auto end = end_of(std::move(made));
    EXPECT_EQ(end.place, GetParam()) << end.place_reason;
    return end;
  }
  std::string log_under(const Condition& condition, const std::string& command) {
    return log_of(end_under(condition, command));
  }
};

INSTANTIATE_TEST_SUITE_P(Places, ConditionTest, ::testing::Values(Place::container, Place::sandbox),
                         [](const auto& each) {
                           return each.param == Place::container ? "container" : "sandbox";
                         });

TEST_P(ConditionTest, processors_are_limited) {
  Condition condition;
  condition.cpus = .1;
  // What needs more than a tenth of one is held up.
  const std::string throttled =
      "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; for each in "
      "/sys/fs/cgroup/cpu,cpuacct/cpu.stat /sys/fs/cgroup/cpu/cpu.stat /sys/fs/cgroup/cpu.stat; do "
      "[ -e $each ] && cat $each && break; done | awk '/nr_throttled/ {print ($2 > 0)}'";
  EXPECT_EQ(log_under(condition, throttled), "1\n");
  EXPECT_NE(log_under({}, throttled), "1\n");
}

TEST_P(ConditionTest, memory_is_limited) {
  Condition condition;
  condition.memory_mb = 32;
  const std::string hog = "x=$(head -c 60000000 /dev/zero | tr '\\0' x); echo ${#x}";
  EXPECT_NE(log_under(condition, hog), "60000000\n");
  condition.memory_mb = 512;
  EXPECT_EQ(log_under(condition, hog), "60000000\n");
}

TEST_P(ConditionTest, no_network_is_a_loopback_alone) {
  Condition condition;
  condition.no_network = true;
  EXPECT_EQ(log_under(condition, "ip -o addr show up | awk '{print $2}' | sort -u; hostname"),
            "lo\ntestlooper\n");
  EXPECT_EQ(log_under(condition, "ip route | wc -l"), "0\n");
  EXPECT_NE(log_under({}, "ip route | wc -l"), "0\n");
}

TEST_P(ConditionTest, variables_are_set) {
  Condition condition;
  condition.variables = {{"TZ", "JST-9"}, {"PYTHONHASHSEED", "5"}};
  EXPECT_EQ(log_under(condition, "date -d @0 +%H; echo $PYTHONHASHSEED"), "09\n5\n");
}

TEST_P(ConditionTest, neighbours_are_busy_and_gone_with_the_run) {
  Condition condition;
  condition.stress = 3;
  EXPECT_EQ(log_under(condition,
                      "n=0; for each in /proc/[0-9]*/stat; do read a b state rest <$each; [ "
                      "\"$state\" = R ] && n=$((n+1)); done; [ $n -ge 3 ] && echo busy; exit 1"),
            "busy\n");
  EXPECT_EQ(runs(), "");
}

TEST_P(ConditionTest, copies_run_beside_it_and_leave_its_report_alone) {
  Condition condition;
  condition.copies = 3;
  const auto end = end_under(
      condition,
      "echo $TEST_OUTPUT >>/tmp/copies; until [ \"$(wc -l </tmp/copies)\" = 3 ]; do :; done; "
      "echo report >$TEST_OUTPUT; echo said");
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(log_of(end), "said\n") << "what the copies say is not part of the log";
  EXPECT_EQ(end.outputs.at(executor::kReportPath), "report\n");
}

TEST_P(ConditionTest, seeds_are_told_to_what_reads_them) {
  Condition condition;
  condition.seed = 9;
  EXPECT_EQ(log_under(condition,
                      "echo $SEED $RANDOM_SEED $GTEST_RANDOM_SEED; test -e "
                      "${PYTHONPATH%%:*}/sitecustomize.py && test -e ${NODE_OPTIONS#*=} && echo "
                      "there"),
            "9 9 10\nthere\n");
}

// Nothing of the tests ran then.
TEST_P(ConditionTest, what_the_image_does_not_have_is_said) {
  Condition condition;
  condition.clock = "+1d";
  auto end = end_under(condition, "echo ran");
  EXPECT_EQ(end.exit_code, 125);
  EXPECT_EQ(end.outputs.at(codec::kUnmetPath),
            "clock: the image has no libfaketime (Debian: the package libfaketime)\n");
  EXPECT_EQ(log_of(end).find("ran\n"), std::string::npos);
  condition = {};
  condition.variables = {{"TZ", "Asia/Tokyo"}};
  end = end_under(condition, "echo ran");
  EXPECT_EQ(end.outputs.at(codec::kUnmetPath),
            "TZ: the image has no time zone Asia/Tokyo (Debian's package is tzdata)\n");
}

}  // namespace
}  // namespace testlooper::docker
