// Images that are found, pulled and built, with the builders of a real docker.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace testlooper::docker {
namespace {

const std::string kFrom = "FROM " + kBaseImage + "\n";

class ImageTest : public DockerTest {
 protected:
  void SetUp() override {
    DockerTest::SetUp();
    start_host();
  }

  ImageJob named(const std::string& reference) {
    ImageJob made;
    made.attempt = {{++tasks_}, 1};
    made.pull = reference;
    made.timeout = kPatience;
    made.log_path = "logs/" + std::to_string(tasks_) + ".log";
    return made;
  }
  ImageJob dockerfile(const std::string& text, const std::string& path = "Dockerfile") {
    ImageJob made = named("");
    made.tag = "testlooper-test/image:" + options_.instance_id;
    made.dockerfile_text = text;
    made.dockerfile_path = path;
    made.make_context = [this, text, path]() -> Result<std::string> {
      const auto folder = dir_.path() / ("context" + std::to_string(++tars_));
      std::filesystem::create_directories((folder / path).parent_path());
      std::ofstream(folder / path) << text;
      std::ofstream(folder / "data.txt") << "from the context\n";
      const std::string tar = folder.string() + ".tar";
      must_run({.words = {"tar", "-C", folder.string(), "-cf", tar, "."}});
      return tar;
    };
    return made;
  }
  std::string log_of(const ImageResult& result) { return file_text(dir_.file(result.log.path)); }
};

TEST_F(ImageTest, an_image_that_is_here_is_used_as_it_is_named) {
  const auto made = make_image(named(kBaseImage));
  ASSERT_TRUE(made.end) << made.end.error().text();
  EXPECT_EQ(made.end->reference, kBaseImage);
  EXPECT_EQ(log_of(made), "image " + kBaseImage + " is here\n");
}

TEST_F(ImageTest, an_image_that_is_nowhere_is_a_clear_error) {
  // Nothing listens there: a registry that can't be reached, as on a host without internet.
  const auto made = make_image(named("127.0.0.1:1/nosuch:1"));
  ASSERT_FALSE(made.end);
  EXPECT_EQ(made.end.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(made.end.error().message.starts_with(
      "image 127.0.0.1:1/nosuch:1 is neither here nor can it be pulled: "))
      << made.end.error().text();
  EXPECT_NE(log_of(made).find("connection refused"), std::string::npos) << log_of(made);
}

TEST_F(ImageTest, a_name_that_can_be_no_image_is_the_repositorys_fault) {
  for (const char* name : {"No Such", "../containers/json", "a b?c=d&e#f", "x:\xff"}) {
    const auto made = make_image(named(name));
    ASSERT_FALSE(made.end) << name;
    EXPECT_EQ(made.end.error().kind, ErrorKind::invalid) << made.end.error().text();
  }
}

TEST_F(ImageTest, a_dockerfile_is_built_from_its_context_and_runs) {
  const auto made = make_image(
      dockerfile(kFrom + "COPY data.txt /data.txt\nRUN echo building\n", "sub dir/My.file"));
  ASSERT_TRUE(made.end) << made.end.error().text();
  EXPECT_NE(log_of(made).find("building\n"), std::string::npos);
  EXPECT_EQ(this->DockerTest::log_of(end_of(job("cat /data.txt", made.end->reference))),
            "from the context\n");
}

TEST_F(ImageTest, the_context_is_deleted_whatever_happens) {
  for (const char* last : {"true", "false"}) {
    make_image(dockerfile(kFrom + "RUN " + last + "\n"));
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
      EXPECT_NE(entry.path().extension(), ".tar") << entry.path();
    }
  }
}

TEST_F(ImageTest, a_dockerfile_that_fails_says_which_command_and_keeps_its_log) {
  const auto made = make_image(dockerfile(kFrom + "RUN echo so far; exit 4\n"));
  ASSERT_FALSE(made.end);
  EXPECT_EQ(made.end.error().kind, ErrorKind::invalid);
  EXPECT_NE(made.end.error().message.find("exit 4"), std::string::npos) << made.end.error().text();
  EXPECT_NE(log_of(made).find("so far\n"), std::string::npos);
}

TEST_F(ImageTest, a_dockerfile_that_can_not_be_read_is_the_repositorys_fault) {
  const auto made = make_image(dockerfile(kFrom + "RUNN x\n"));
  ASSERT_FALSE(made.end);
  EXPECT_EQ(made.end.error().kind, ErrorKind::invalid);
  EXPECT_NE(made.end.error().message.find("RUNN"), std::string::npos) << made.end.error().text();
}

TEST_F(ImageTest, a_dockerfile_that_needs_buildkit_is_built_with_it) {
  const std::string text = kFrom + "RUN --mount=type=cache,target=/cache echo with a cache\n";
  for (const bool told : {true, false}) {
    ImageJob wanted = dockerfile(text);
    wanted.needs_buildkit = told;
    const auto made = make_image(std::move(wanted));
    ASSERT_TRUE(made.end) << made.end.error().text();
    EXPECT_NE(log_of(made).find("RUN --mount=type=cache"), std::string::npos) << log_of(made);
  }
}

TEST_F(ImageTest, buildkits_failures_are_told_like_the_others) {
  ImageJob wanted = dockerfile(kFrom + "RUN echo so far; exit 4\n");
  wanted.needs_buildkit = true;
  const auto made = make_image(std::move(wanted));
  ASSERT_FALSE(made.end);
  EXPECT_EQ(made.end.error().kind, ErrorKind::invalid);
  EXPECT_NE(made.end.error().message.find("exit code: 4"), std::string::npos);
  EXPECT_NE(log_of(made).find(" so far\n"), std::string::npos) << log_of(made);
}

TEST_F(ImageTest, bases_are_looked_for_first_and_a_missing_one_is_the_builds_to_judge) {
  ImageJob wanted = dockerfile(kFrom + "RUN true\n");
  wanted.pull_first = {kBaseImage, "127.0.0.1:1/unused:1"};
  const auto made = make_image(std::move(wanted));
  ASSERT_TRUE(made.end) << made.end.error().text();
  EXPECT_TRUE(log_of(made).starts_with("image " + kBaseImage + " is here\n"));
}

TEST_F(ImageTest, a_build_past_its_time_is_given_up) {
  ImageJob wanted = dockerfile(kFrom + "RUN echo begun; sleep 1000\n");
  wanted.timeout = Seconds{3};
  const auto made = make_image(std::move(wanted));
  ASSERT_FALSE(made.end);
  EXPECT_EQ(made.end.error().kind, ErrorKind::invalid);
  EXPECT_EQ(made.end.error().message, "the image was not ready within 3 s, its time limit");
}

TEST_F(ImageTest, a_build_can_be_cancelled) {
  for (const bool buildkit : {false, true}) {
    ImageJob wanted = dockerfile(kFrom + "RUN echo begun; sleep 1000\n");
    wanted.needs_buildkit = buildkit;
    const AttemptKey attempt = wanted.attempt;
    auto started = std::make_shared<std::promise<void>>();
    auto ended = std::make_shared<std::promise<Result<ImageEnd>>>();
    host_->make_image(
        std::move(wanted), [started] { started->set_value(); },
        [ended](Result<ImageEnd> end, const LogInfo&) { ended->set_value(std::move(end)); });
    ASSERT_EQ(started->get_future().wait_for(kPatience), std::future_status::ready);
    host_->cancel(attempt);
    auto end = ended->get_future();
    ASSERT_EQ(end.wait_for(Seconds{5}), std::future_status::ready);
    EXPECT_EQ(end.get().error().kind, ErrorKind::cancelled);
  }
}

TEST_F(ImageTest, a_context_that_cant_be_made_is_passed_on) {
  ImageJob wanted = dockerfile(kFrom);
  wanted.make_context = [] { return Result<std::string>(unavailable("git is broken")); };
  EXPECT_EQ(make_image(std::move(wanted)).end.error().message, "git is broken");
}

}  // namespace
}  // namespace testlooper::docker
