// Runs in real containers: what goes in, what comes back, and how they end.
#include <gtest/gtest.h>

#include "docker/log_file.hpp"
#include "fixture.hpp"

namespace testlooper::docker {
namespace {

const auto* const kImages = ::testing::AddGlobalTestEnvironment(new BaseImages);

class RunTest : public DockerTest {
 protected:
  void SetUp() override {
    DockerTest::SetUp();
    start_host();
  }
};

TEST_F(RunTest, the_exit_code_and_both_outputs_come_back) {
  const auto end = end_of(job("echo to out; echo to err >&2; exit 3"));
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_FALSE(end.timed_out);
  EXPECT_FALSE(end.oom_killed);
  EXPECT_FALSE(end.cancelled);
  EXPECT_GE(end.duration.count(), 0);
  EXPECT_LT(end.duration.count(), 30'000);
  EXPECT_NEAR(static_cast<double>(end.started_at.ms), static_cast<double>(clock_.wall().ms),
              60'000);
  const std::string log = dir_.file(end.log.path);
  EXPECT_EQ(read_stream(log, Output::out, 100).value(), "to out\n");
  EXPECT_EQ(read_stream(log, Output::err, 100).value(), "to err\n");
  EXPECT_EQ(end.log.bytes, std::filesystem::file_size(log));
}

TEST_F(RunTest, the_command_stands_in_the_commits_files_with_its_variables_alone) {
  ContainerJob wanted =
      job("pwd; cat sub/hello.txt; echo $REPO_ROOT; echo \"$X\"; env | grep TESTLOOPER");
  wanted.variables = {{"X", "a 'b' \"c\" $HOME `id`"}, {"REPO_ROOT", "/elsewhere"}};
  const auto end = end_of(std::move(wanted));
  EXPECT_EQ(log_of(end), "/testlooper/repo\nhello\n/testlooper/repo\na 'b' \"c\" $HOME `id`\n");
  EXPECT_EQ(end.exit_code, 1);  // grep found nothing
}

TEST_F(RunTest, no_run_sees_what_another_wrote) {
  for (int i = 0; i < 3; ++i) {
    const auto end = end_of(
        job("cat /etc/hosts /etc/hostname /etc/resolv.conf | grep -c poison\n"
            "ls /testlooper/repo /testlooper/io /tmp /dev/shm | grep -c poison\n"
            "for d in /testlooper/repo /testlooper/io /tmp /dev/shm; do touch $d/poison; done\n"
            "for f in /etc/hosts /etc/hostname /etc/resolv.conf; do echo poison >>$f; done\n"
            "cat /etc/hosts /etc/hostname /etc/resolv.conf | grep -c poison\n"
            "chmod 0 /etc/hosts; chown 5:5 /etc/hosts"));
    EXPECT_EQ(log_of(end), "0\n0\n3\n");
  }
}

TEST_F(RunTest, processes_and_ports_of_a_run_are_gone_for_the_next) {
  options_.slots = 1;
  start_host();
  for (int i = 0; i < 2; ++i) {
    // Something goes on in the background, with a socket open, when the command ends.
    const auto end =
        end_of(job("ps -o comm | grep -c '^nc$'; nc -l -p 8080 -e true &"
                   "until echo x | nc 127.0.0.1 8080 2>/dev/null; do sleep 0.1; done;"
                   "nc -l -p 8080 & exit 0"));
    EXPECT_EQ(end.exit_code, 0);
    EXPECT_TRUE(log_of(end).starts_with("0\n")) << log_of(end);
    EXPECT_EQ(log_of(end).find("in use"), std::string::npos) << log_of(end);
  }
}

TEST_F(RunTest, small_inputs_arrive_byte_by_byte) {
  ContainerJob wanted =
      job("cat /testlooper/io/in; wc -c </testlooper/io/in; wc -c </testlooper/io/empty");
  wanted.inputs = {{"/testlooper/io/in", "a::b[1]\n  $x 'y'\n\n"}, {"/testlooper/io/empty", ""}};
  EXPECT_EQ(log_of(end_of(std::move(wanted))), "a::b[1]\n  $x 'y'\n\n18\n0\n");
}

TEST_F(RunTest, large_and_binary_inputs_arrive_byte_by_byte) {
  ContainerJob wanted = job("md5sum /testlooper/io/in /testlooper/io/bin; cat /etc/motd");
  wanted.inputs = {{"/testlooper/io/in", std::string(5u << 20, 'x')},
                   {"/testlooper/io/bin", std::string("a\0b\xff", 4)},
                   {"/etc/motd", "hello"}};
  EXPECT_EQ(log_of(end_of(std::move(wanted))),
            "4f08eef4096726bff1125e1b1b734644  /testlooper/io/in\n"
            "0dd4df5b5be53b9566c53387ec9a7bac  /testlooper/io/bin\nhello");
}

TEST_F(RunTest, a_command_of_a_megabyte_runs) {
  ContainerJob wanted = job("echo begin\n" + std::string(1u << 20, '#') + "\necho end; exit 4");
  const auto end = end_of(std::move(wanted));
  EXPECT_EQ(log_of(end), "begin\nend\n");
  EXPECT_EQ(end.exit_code, 4);
}

TEST_F(RunTest, outputs_come_back_and_only_regular_files_of_the_allowed_size) {
  ContainerJob wanted =
      job("cd /testlooper/io; printf 'a\\0b' >bin; : >empty; head -c 1001 /dev/zero >large;"
          "head -c 1000 /dev/zero >full; ln -s /etc/passwd link; mkdir folder; mkfifo pipe;"
          "truncate -s 1000G sparse");
  for (const char* name :
       {"bin", "empty", "large", "full", "link", "folder", "pipe", "sparse", "absent"}) {
    wanted.outputs[std::string(kIoFolder) + "/" + name] = 1000;
  }
  const auto end = end_of(std::move(wanted));
  EXPECT_EQ(end.exit_code, 0);
  const std::map<std::string, std::string> expected = {
      {"/testlooper/io/bin", std::string("a\0b", 3)},
      {"/testlooper/io/empty", ""},
      {"/testlooper/io/full", std::string(1000, '\0')}};
  EXPECT_EQ(end.outputs, expected);
  EXPECT_EQ(end.oversized_outputs,
            (std::vector<std::string>{"/testlooper/io/large", "/testlooper/io/sparse"}));
}

TEST_F(RunTest, an_image_with_a_user_of_its_own_can_write_where_it_must) {
  ContainerJob wanted =
      job("id -u; id -g; echo x >sub/new && echo y >>sub/hello.txt && touch new && echo fine;"
          "echo z >/testlooper/io/out; cat /testlooper/io/in",
          kUserImage);
  wanted.inputs = {{"/testlooper/io/in", "input\n"}};
  wanted.outputs = {{"/testlooper/io/out", 10}};
  const auto end = end_of(std::move(wanted));
  EXPECT_EQ(log_of(end), "1234\n1235\nfine\ninput\n");
  EXPECT_EQ(end.outputs.at("/testlooper/io/out"), "z\n");
}

TEST_F(RunTest, an_image_that_is_not_there_is_not_found) {
  const auto end = run(job("true", test_image("nosuch")));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::not_found) << end.error().text();
}

TEST_F(RunTest, a_variable_that_cant_be_is_the_repositorys_fault) {
  ContainerJob wanted = job("true");
  wanted.variables = {{"", "x"}};
  const auto end = run(std::move(wanted));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::invalid) << end.error().text();
}

TEST_F(RunTest, variables_larger_than_a_process_may_have_are_the_repositorys_fault) {
  ContainerJob wanted = job("true");
  wanted.variables = {{"X", std::string(200'000, 'x')}};
  const auto end = run(std::move(wanted));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::invalid) << end.error().text();
}

TEST_F(RunTest, a_layer_is_made_once_however_many_want_it) {
  std::atomic<int> made = 0;
  std::vector<Pending> pending;
  for (int i = 0; i < 6; ++i) {
    ContainerJob wanted = job("cat sub/hello.txt");
    wanted.source.make_tar = [&made, make = wanted.source.make_tar] {
      ++made;
      return make();
    };
    pending.push_back(begin(std::move(wanted)));
  }
  for (auto& each : pending) {
    const auto end = each.end();
    ASSERT_TRUE(end) << end.error().text();
    EXPECT_EQ(end->exit_code, 0);
  }
  EXPECT_EQ(made, 1);
}

TEST_F(RunTest, a_tar_that_cant_be_made_ends_all_who_wait_for_it) {
  std::vector<Pending> pending;
  for (int i = 0; i < 2; ++i) {
    ContainerJob wanted = job("true");
    wanted.source.make_tar = [] { return Result<std::string>(unavailable("git is broken")); };
    pending.push_back(begin(std::move(wanted)));
  }
  for (auto& each : pending) EXPECT_EQ(each.end().error().message, "git is broken");
  EXPECT_EQ(end_of(job("true")).exit_code, 0) << "the next one tries again";
}

TEST_F(RunTest, an_attempt_is_never_run_twice) {
  ContainerJob wanted = job("sleep 3");
  auto first = begin(wanted);
  ASSERT_TRUE(first.has_started());
  EXPECT_EQ(run(wanted).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(first.end());
}

TEST_F(RunTest, watchers_hear_of_the_log_while_it_grows) {
  const auto end = end_of(job("for i in 1 2 3 4 5 6 7 8; do echo line; sleep 0.02; done"));
  const auto seen = live_.seen();
  ASSERT_GE(seen.size(), 3u);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_FALSE(seen[i].complete) << "another run of a series may go on with it";
    if (i > 0 && i + 1 < seen.size()) EXPECT_GE(seen[i].at - seen[i - 1].at, Milliseconds{45});
  }
  EXPECT_EQ(seen.back().bytes, end.log.bytes);
}

TEST_F(RunTest, a_log_that_cant_be_written_ends_the_run_as_our_fault) {
  ContainerJob wanted = job("while true; do echo x; sleep 0.01; done");
  std::filesystem::create_directories(dir_.path() / "logs");
  std::filesystem::create_symlink("/dev/full", dir_.file(wanted.log_path));
  const auto end = run(std::move(wanted));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
  EXPECT_NE(end.error().message.find("No space left"), std::string::npos) << end.error().text();
}

TEST_F(RunTest, artifacts_come_home_without_what_is_no_plain_file) {
  for (const auto& image : {kBaseImage, kUserImage}) {
    ContainerJob wanted =
        job("cd /testlooper/io/artifacts && mkdir -p core/deep && echo one >a.txt && echo two "
            ">core/deep/b &&"
            "ln -s /etc/passwd link && ln -s .. core/up && ln a.txt hard && mkfifo pipe &&"
            "cp /bin/busybox suid && chmod 4755 suid && printf x >\"$(printf 'a\\nb')\"; exit 3",
            image);
    wanted.artifacts_path = attempt_artifacts_path(wanted.attempt);
    const auto folder = dir_.file(wanted.artifacts_path);
    const auto end = end_of(std::move(wanted));
    EXPECT_EQ(end.exit_code, 3) << log_of(end);
    // Docker tells one of two names of a file as the link, which depends on their order.
    ASSERT_EQ(end.artifacts.files.size(), 2u);
    EXPECT_EQ(end.artifacts.files[0], (Artifact{"a.txt", 4}));
    EXPECT_EQ(end.artifacts.files[1], (Artifact{"core/deep/b", 4}));
    EXPECT_EQ(end.artifacts.warnings.size(), 6u);
    EXPECT_EQ(file_text(folder + "/core/deep/b"), "two\n");
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
      EXPECT_TRUE(!each.is_symlink() && (each.is_directory() || each.is_regular_file()))
          << each.path();
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() / "tmp"));
}

TEST_F(RunTest, no_artifacts_leave_no_folder_and_a_folder_that_is_no_more_is_said) {
  ContainerJob none = job("true");
  none.artifacts_path = "artifacts/none";
  EXPECT_EQ(end_of(std::move(none)).artifacts, ArtifactsInfo{});
  EXPECT_FALSE(std::filesystem::exists(dir_.path() / "artifacts"));
  for (const auto* command :
       {"rmdir /testlooper/io/artifacts",
        "rmdir /testlooper/io/artifacts; ln -s /etc /testlooper/io/artifacts"}) {
    ContainerJob gone = job(command);
    gone.artifacts_path = "artifacts/gone";
    const auto end = end_of(std::move(gone));
    EXPECT_TRUE(end.artifacts.files.empty());
    EXPECT_EQ(end.artifacts.warnings.size(), 1u);
  }
}

TEST_F(RunTest, endless_artifacts_cost_a_bounded_part_of_the_disk) {
  options_.artifact_bytes = 1 << 20;
  start_host();
  ContainerJob wanted =
      job("cd /testlooper/io/artifacts && echo small >a && truncate -s 100G huge && echo last >z");
  wanted.artifacts_path = "artifacts/1";
  const auto end = end_of(std::move(wanted));
  EXPECT_EQ(end.artifacts.files, (std::vector<Artifact>{{"a", 6}}));
  EXPECT_EQ(end.artifacts.warnings.size(), 2u);
}

TEST_F(RunTest, layers_are_listed_and_removed_and_made_again) {
  const auto listed = [this] {
    std::promise<Result<std::vector<KeptImage>>> found;
    host_->list_images(
        [&](Result<std::vector<KeptImage>> images) { found.set_value(std::move(images)); });
    return found.get_future().get().value();
  };
  const auto removed = [this](const std::string& reference) {
    std::promise<Result<void>> done;
    host_->remove_image(reference, [&](Result<void> result) { done.set_value(std::move(result)); });
    return done.get_future().get();
  };
  ContainerJob slow = job("sleep 3; exit 1");  // so that its container is gone when it has ended
  const auto tag = slow.source.tag;
  auto running = begin(slow);
  ASSERT_TRUE(running.has_started());
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].reference, tag);
  EXPECT_EQ(listed()[0].kind, KeptKind::layers);
  EXPECT_LT(listed()[0].bytes, 1'000'000u) << "without the image below it";
  EXPECT_TRUE(removed(tag)) << "one in use stays, and is no error";
  EXPECT_EQ(listed().size(), 1u);
  EXPECT_TRUE(running.end());
  EXPECT_TRUE(removed(tag));
  EXPECT_TRUE(removed(tag)) << "again is no error";
  EXPECT_EQ(listed().size(), 0u);
  EXPECT_EQ(end_of(job("cat sub/hello.txt")).exit_code, 0);
}

TEST_F(RunTest, dockers_socket_is_there_only_for_those_who_may) {
  ContainerJob wanted = job("ls /var/run/docker.sock");
  EXPECT_EQ(end_of(wanted).exit_code, 1);
  wanted.attempt = {{++tasks_}, 1};
  wanted.with_docker = true;
  EXPECT_EQ(end_of(wanted).exit_code, 0);
}

}  // namespace
}  // namespace testlooper::docker
