// What containers leave for others: the volume that a build fills, and a set-up that is kept.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace testlooper::docker {
namespace {

class OutputTest : public DockerTest {
 protected:
  static constexpr std::uint64_t kMost = 1 << 20;

  void SetUp() override {
    DockerTest::SetUp();
    start_host();
  }
  void TearDown() override {
    for (const auto& volume : kept_) host_->remove_volumes({volume});
    options_.kept_volumes.clear();
    start_host();  // what nobody knows goes before it is ready
    EXPECT_EQ(all_volumes(), "") << "volumes were left";
    DockerTest::TearDown();
  }

  std::string all_volumes() {
    return docker(
        {"volume", "ls", "-q", "--filter", "label=testlooper.instance=" + options_.instance_id});
  }
  // Those of builds.
  std::string volumes() {
    std::istringstream all(all_volumes());
    std::string others;
    for (std::string line; std::getline(all, line);) {
      if (!line.ends_with("-supervisor")) others += line + "\n";
    }
    return others;
  }
  ContainerJob build_job(const std::string& command, const std::string& image = kBaseImage) {
    auto made = job(command, image);
    made.variables = {{"OUT", kOutputFolder}};
    made.output_bytes = kMost;
    return made;
  }
  OutputVolume build(const std::string& command, const std::string& image = kBaseImage) {
    auto output = end_of(build_job(command, image)).output;
    if (!output.volume.empty()) kept_.push_back(output.volume);
    return output;
  }
  ContainerJob job_with(const std::string& volume, const std::string& command) {
    auto made = job(command);
    made.mounts = {{volume, "/opt/dep"}};
    return made;
  }

  std::vector<std::string> kept_;
};

TEST_F(OutputTest, what_a_build_leaves_is_mounted_and_nobody_can_write_to_it) {
  const auto output = build("mkdir $OUT/bin; echo 12345 > $OUT/bin/app; ln -s app $OUT/bin/link");
  ASSERT_NE(output.volume, "");
  EXPECT_EQ(output.bytes, 6u);
  EXPECT_EQ(volumes(), output.volume + "\n");
  const auto end = end_of(job_with(
      output.volume,
      // One stream, for docker promises no order between two.
      "exec 2>&1; cat /opt/dep/bin/link; touch /opt/dep/x || echo no; rm /opt/dep/bin/app; "
      "chmod 0 /opt/dep; cat sub/hello.txt /opt/dep/bin/app"));
  const auto log = log_of(end);
  EXPECT_TRUE(log.starts_with("12345\n")) << log;
  EXPECT_NE(log.find("hello\n12345\n"), std::string::npos) << log;
  EXPECT_NE(log.find("Read-only file system"), std::string::npos) << log;
}

TEST_F(OutputTest, a_build_may_mount_what_another_left_also_within_the_repository) {
  const auto lib = build("echo lib > $OUT/lib");
  auto app_job = build_job("cat third/lib > $OUT/app; echo app >> $OUT/app");
  app_job.mounts = {{lib.volume, "/testlooper/repo/third"}};
  const auto app = end_of(std::move(app_job)).output;
  ASSERT_NE(app.volume, "");
  kept_.push_back(app.volume);
  EXPECT_EQ(log_of(end_of(job_with(app.volume, "cat /opt/dep/app"))), "lib\napp\n");
}

TEST_F(OutputTest, a_build_writes_its_output_as_the_images_own_user) {
  const auto output = build("id -u > $OUT/who", kUserImage);
  ASSERT_NE(output.volume, "");
  EXPECT_EQ(log_of(end_of(job_with(output.volume, "cat /opt/dep/who"))), "1234\n");
}

TEST_F(OutputTest, a_build_that_fails_leaves_no_volume) {
  const auto end = end_of(build_job("echo x > $OUT/x; exit 3"));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.output.volume, "");
  EXPECT_EQ(volumes(), "");
}

TEST_F(OutputTest, nothing_in_the_output_is_told_with_what_was_written_elsewhere) {
  const auto output = build("mkdir -p out/deep; echo x > out/deep/app; echo y > /tmp/y");
  EXPECT_TRUE(output.empty);
  EXPECT_EQ(output.written_elsewhere,
            (std::vector<std::string>{"/testlooper/repo/out/deep/app", "/tmp/y"}));
  EXPECT_EQ(volumes(), "");
}

TEST_F(OutputTest, an_empty_file_is_something) {
  const auto output = build("touch $OUT/stamp");
  EXPECT_FALSE(output.empty);
  EXPECT_EQ(output.bytes, 0u);
  EXPECT_NE(output.volume, "");
}

TEST_F(OutputTest, more_than_the_most_is_not_kept) {
  const auto output = build("dd if=/dev/zero of=$OUT/big bs=1k count=2048");
  EXPECT_TRUE(output.oversized);
  EXPECT_EQ(output.volume, "");
  EXPECT_EQ(volumes(), "");
}

TEST_F(OutputTest, a_volume_that_vanished_is_noticed_before_anything_runs) {
  const auto output = build("echo x > $OUT/x");
  docker({"volume", "rm", output.volume});
  const auto end = end_of(job_with(output.volume, "echo ran"));
  EXPECT_EQ(end.missing_volumes, std::vector<std::string>{output.volume});
  EXPECT_EQ(end.exit_code, std::nullopt);
  EXPECT_EQ(volumes(), "") << "docker made it anew, empty";
  kept_.clear();
}

TEST_F(OutputTest, only_known_volumes_outlive_a_start) {
  const auto known = build("echo x > $OUT/x");
  const auto unknown = build("echo y > $OUT/y");
  // As docker makes one that is to be mounted and is gone, just before we die.
  docker({"volume", "create", "--label", "testlooper.instance=" + options_.instance_id, "--label",
          "testlooper.kind=lost", options_.instance_id + "-lost"});
  options_.kept_volumes = {known.volume, options_.instance_id + "-lost"};
  start_host();
  EXPECT_EQ(volumes(), known.volume + "\n");
  EXPECT_EQ(log_of(end_of(job_with(known.volume, "cat /opt/dep/x"))), "x\n");
}

TEST_F(OutputTest, a_build_that_is_cut_off_leaves_nothing) {
  auto pending = begin(build_job("echo x > $OUT/x; sleep 100"));
  ASSERT_TRUE(pending.has_started());
  EXPECT_NE(volumes(), "");
  host_->stop();
  EXPECT_EQ(all_volumes(), "");
}

TEST_F(OutputTest, a_set_up_is_kept_and_stood_on_without_being_run_again) {
  auto set_up = job("echo \"$WHO\" > installed; echo more > /tmp/more; echo x > $REPO_ROOT/x");
  set_up.variables = {{"WHO", "me"}};
  set_up.keep_as = "testlooper-test/setup:" + options_.instance_id;
  EXPECT_EQ(end_of(set_up).exit_code, 0);
  for (int i = 0; i < 2; ++i) {
    auto wanted =
        job("cat installed sub/hello.txt /tmp/more; env | grep -c TESTLOOPER_; rm installed");
    wanted.image = set_up.keep_as;
    wanted.source = {};
    EXPECT_EQ(log_of(end_of(wanted)), "me\nhello\nmore\n0\n");
  }
}

TEST_F(OutputTest, a_set_up_that_fails_is_not_kept) {
  auto set_up = job("exit 4");
  set_up.keep_as = "testlooper-test/setup:" + options_.instance_id;
  EXPECT_EQ(end_of(set_up).exit_code, 4);
  auto wanted = job("true");
  wanted.image = set_up.keep_as;
  wanted.source = {};
  const auto end = run(wanted);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::not_found);
}

TEST_F(OutputTest, a_set_up_and_what_stands_on_it_are_the_images_own_users) {
  auto set_up = job("id -u > /tmp/who; echo x > mine", kUserImage);
  set_up.keep_as = "testlooper-test/setup:" + options_.instance_id;
  EXPECT_EQ(end_of(set_up).exit_code, 0);
  auto wanted = job("id -u; cat /tmp/who; echo y >> mine && cat mine");
  wanted.image = set_up.keep_as;
  wanted.source = {};
  EXPECT_EQ(log_of(end_of(wanted)), "1234\n1234\nx\ny\n");
}

}  // namespace
}  // namespace testlooper::docker
