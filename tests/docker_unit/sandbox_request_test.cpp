// What the supervisor of a warm container is asked for.
#include "docker/sandbox_request.hpp"

#include <gtest/gtest.h>

namespace testlooper::docker {
namespace {

ContainerJob small_job() {
  ContainerJob job;
  job.image = "image:1";
  job.command = "run it";
  job.variables = {{"A", "1"}, {"PATH", "/mine"}};
  job.timeout = Seconds{7};
  job.memory_bytes = 100;
  job.inputs = {{"/testlooper/io/input.txt", "a\n"}};
  job.outputs = {{"/testlooper/io/report", 10}};
  job.artifacts_path = "artifacts/1";
  return job;
}

TEST(SandboxRequest, says_all_that_a_container_would_have) {
  const RunUser user{{5, 6}, {6, 7}, "/home/five", {"PATH=/image", "LANG=C", "HOME=/image"}};
  const auto request = sandbox_request(small_job(), user, {true, 99});
  EXPECT_EQ(request.programs, (std::vector<std::string>{"bash", "/bin/sh"}));
  EXPECT_EQ(request.arguments, (std::vector<std::string>{"-c", "run it"}));
  EXPECT_EQ(request.variables,
            (std::vector<std::string>{"A=1", "HOME=/image", "HOSTNAME=testlooper", "LANG=C",
                                      "PATH=/mine", "REPO_ROOT=/testlooper/repo"}));
  EXPECT_EQ(request.uid, 5u);
  EXPECT_EQ(request.gid, 6u);
  EXPECT_EQ(request.groups, (std::vector<std::uint32_t>{6, 7}));
  EXPECT_EQ(request.folder, "/testlooper/repo");
  EXPECT_TRUE(request.own_network);
  EXPECT_EQ(request.disk_bytes, 50u);
  EXPECT_EQ(request.timeout_ms, 7'000u);
  EXPECT_EQ(request.inputs.size(), 1u);
  EXPECT_EQ(request.outputs.at(0), (sandbox::OutputFile{"/testlooper/io/report", 10}));
  EXPECT_EQ(request.artifacts, "/testlooper/io/artifacts");
  EXPECT_EQ(request.artifact_bytes, 99u);
}

TEST(SandboxRequest, a_command_that_is_no_argument_travels_as_a_file) {
  auto job = small_job();
  job.command = std::string(200'000, '#');
  const auto request = sandbox_request(job, {}, {});
  EXPECT_EQ(request.arguments, std::vector<std::string>{"/testlooper/io/.command"});
  EXPECT_EQ(request.inputs.at(0).content, job.command);
}

TEST(SandboxRequest, some_jobs_need_a_container) {
  EXPECT_FALSE(why_no_sandbox(small_job()));
  auto job = small_job();
  job.with_docker = true;
  EXPECT_TRUE(why_no_sandbox(job));
  job = small_job();
  job.keep_as = "tag";
  EXPECT_TRUE(why_no_sandbox(job));
  job = small_job();
  job.output_bytes = 1;
  EXPECT_TRUE(why_no_sandbox(job));
}

TEST(SandboxRequest, a_warm_container_is_shared_by_runs_of_one_kind) {
  auto other = small_job();
  other.attempt = {{9}, 1};
  other.command = "another";
  EXPECT_EQ(warm_key(small_job()), warm_key(other));
  for (auto change : std::vector<std::function<void(ContainerJob&)>>{
           [](auto& job) { job.image = "image:2"; }, [](auto& job) { job.source.tag = "s"; },
           [](auto& job) { job.memory_bytes = 7; }, [](auto& job) { job.cpus = 2; },
           [](auto& job) { job.mounts = {{"v", "/v"}}; }}) {
    auto different = small_job();
    change(different);
    EXPECT_NE(warm_key(small_job()), warm_key(different));
  }
}

TEST(SandboxRequest, groups_and_home_are_what_the_image_s_files_say) {
  const std::string passwd = "root:x:0:0:root:/root:/bin/sh\nbob:x:5:6:Bob:/home/bob:/bin/sh\n";
  const std::string group = "root:x:0:\nwheel:x:10:root,bob\nother:x:11:bobby\nlast:x:12:bob";
  EXPECT_EQ(more_groups("bob", passwd, group), (std::vector<std::uint32_t>{10, 12}));
  EXPECT_EQ(more_groups("5", passwd, group), (std::vector<std::uint32_t>{10, 12}));
  EXPECT_EQ(more_groups("", passwd, group), std::vector<std::uint32_t>{10});
  EXPECT_TRUE(more_groups("bob:other", passwd, group).empty());
  EXPECT_TRUE(more_groups("99", passwd, group).empty());
  EXPECT_EQ(home_of("bob:other", passwd), "/home/bob");
  EXPECT_EQ(home_of("", passwd), "/root");
  EXPECT_EQ(home_of("99", passwd), "/");
}

TEST(ContainerRequest, leaves_to_docker_what_docker_gives) {
  ContainerJob job = small_job();
  job.inputs = {{"/testlooper/io/in", "x"}};
  const auto request = container_request(job, 99);
  EXPECT_EQ(request.uid, sandbox::kSameUser);
  EXPECT_EQ(request.gid, sandbox::kSameUser);
  EXPECT_TRUE(request.variables.empty());
  EXPECT_EQ(request.programs, (std::vector<std::string>{"bash", "/bin/sh"}));
  EXPECT_EQ(request.arguments, (std::vector<std::string>{"-c", job.command}));
  EXPECT_EQ(request.inputs, (std::vector<sandbox::InputFile>{{"/testlooper/io/in", "x"}}));
  EXPECT_EQ(request.artifact_bytes, 99u);
}

TEST(ContainerRequest, inputs_that_are_copied_in_are_not_sent) {
  ContainerJob job = small_job();
  job.inputs = {{"/testlooper/io/in", std::string(2u << 20, 'x')}};
  EXPECT_TRUE(container_request(job, 0).inputs.empty());
}

TEST(ContainerRequest, a_command_that_cant_be_one_is_the_repositorys_fault) {
  EXPECT_EQ(kind_of({"no shell can be started", ENOEXEC}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({"no shell can be started", ENOENT}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({"no process for the command", EAGAIN}), ErrorKind::unavailable);
  EXPECT_EQ(sentence_of({"no shell can be started", ENOENT}),
            "no shell can be started: No such file or directory");
}

}  // namespace
}  // namespace testlooper::docker
