// A DockerHost on this machine's docker, with images of its own made from busybox, so that no
// registry is needed. Each test has an instance id of its own, and fails if it leaves anything.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "testlooper/ports/clock.hpp"
#include "testlooper/ports/live.hpp"

#include "docker/docker_host.hpp"
#include "docker/machine.hpp"
#include "support/command.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::docker {

using testlooper::testing::must_run;
using testlooper::testing::TempDir;

// Other test programs on this docker have their own.
inline std::string test_image(const std::string& name) {
  return "testlooper-test/" + name + ":" + std::to_string(getpid());
}
inline const std::string kBaseImage = test_image("base");
inline const std::string kUserImage = test_image("user");        // USER tester
inline const std::string kLockedImage = test_image("locked");    // nobody may write to its folders
inline const std::string kNoShellImage = test_image("noshell");  // nothing but a file
inline const std::string kForeignImage = test_image("foreign");  // its shell is of another machine
inline constexpr Seconds kPatience{120};  // of a test, before it says that nothing happened

class RealClock : public Clock {
 public:
  WallTime wall() const override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Milliseconds>(now).count()};
  }
  std::chrono::steady_clock::time_point monotonic() const override {
    return std::chrono::steady_clock::now();
  }
};

class SeenLive : public LiveEvents {
 public:
  struct Growth {
    std::uint64_t bytes = 0;
    bool complete = false;
    std::chrono::steady_clock::time_point at;
  };
  void published(const ChangeNotice& /*notice*/) override {}
  void log_grew(AttemptKey attempt, std::uint64_t bytes, bool complete) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back({bytes, complete, std::chrono::steady_clock::now()});
    if (bytes > 0) spoke_.insert(attempt);
    changed_.notify_all();
  }
  // Returns once the attempt has said something; false where nothing came in the test's time.
  bool spoke(AttemptKey attempt) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return spoke_.contains(attempt); });
  }
  std::vector<Growth> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Growth> seen_;
  std::set<AttemptKey> spoke_;
};

// What the host says of docker, one after the other.
class Statuses {
 public:
  void add(ExecutorStatus status) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(status));
    changed_.notify_all();
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    queue_.clear();
  }
  ExecutorStatus next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return !queue_.empty(); })) {
      return {false, kNothingCame, ""};
    }
    auto status = std::move(queue_.front());
    queue_.pop_front();
    return status;
  }
  // Reasons may change before docker is well again.
  ExecutorStatus next_ready() {
    auto status = next();
    while (!status.ready && status.reason != kNothingCame) status = next();
    return status;
  }

 private:
  static constexpr const char* kNothingCame = "no status came";
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ExecutorStatus> queue_;
};

inline std::string docker(std::vector<std::string> words) {
  words.insert(words.begin(), "docker");
  return must_run({.words = std::move(words)});
}

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Ends the test program where docker does not answer: without it these tests say nothing.
class BaseImages : public ::testing::Environment {
 public:
  void SetUp() override {
    docker({"version"});
    TempDir dir;
    const auto root = dir.path() / "root";
    for (const char* folder : {"bin", "tmp", "etc"}) {
      std::filesystem::create_directories(root / folder);
    }
    std::filesystem::permissions(root / "tmp", std::filesystem::perms(01777));
    std::filesystem::copy_file("/bin/busybox", root / "bin/busybox");
    std::filesystem::copy_file(TL_IPC_PROGRAM, root / "bin/ipc");
    std::filesystem::create_symlink("/bin/sh", root / "bin/link");
    must_run({.words = {"/bin/busybox", "--install", "-s", (root / "bin").string()}});
    for (const auto& entry : std::filesystem::directory_iterator(root / "bin")) {
      if (!entry.is_symlink() || entry.path().filename() == "link") continue;
      std::filesystem::remove(entry.path());
      std::filesystem::create_symlink("busybox", entry.path());
    }
    std::ofstream(root / "etc/passwd")
        << "root:x:0:0:root:/root:/bin/sh\ntester:x:1234:1235:t:/tmp:/bin/sh\n";
    std::ofstream(root / "etc/group") << "root:x:0:\ntester:x:1235:\n";
    const std::string tar = dir.file("base.tar");
    must_run({.words = {"tar", "--owner=0", "--group=0", "-C", root.string(), "-cf", tar, "."}});
    docker({"import", tar, kBaseImage});
    docker({"import", "--change", "USER tester", "--change", "EXPOSE 80", "--change",
            "VOLUME /data", "--change", "ENTRYPOINT [\"/bin/false\"]", tar, kUserImage});
    must_run({.words = {"chmod", "-R", "a-w", root.string()}});
    const std::string locked = dir.file("locked.tar");
    must_run({.words = {"tar", "--owner=0", "--group=0", "-C", root.string(), "-cf", locked, "."}});
    must_run({.words = {"chmod", "-R", "u+w", root.string()}});
    docker({"import", "--change", "USER tester", locked, kLockedImage});
    // The head of a program for a computer that nobody has: an Alpha.
    std::string shell =
        "\x7f"
        "ELF\2\1\1";
    shell.resize(16);
    shell += std::string("\2\0\x26\x90\1\0\0\0", 8);
    shell.resize(64);
    std::filesystem::remove(root / "bin/sh");
    std::ofstream(root / "bin/sh", std::ios::binary) << shell;
    std::filesystem::permissions(root / "bin/sh", std::filesystem::perms(0755));
    const std::string foreign = dir.file("foreign.tar");
    must_run(
        {.words = {"tar", "--owner=0", "--group=0", "-C", root.string(), "-cf", foreign, "."}});
    docker({"import", foreign, kForeignImage});
    std::ofstream(dir.file("note")) << "nothing to run";
    must_run({.words = {"tar", "-C", dir.path().string(), "-cf", dir.file("noshell.tar"), "note"}});
    docker({"import", dir.file("noshell.tar"), kNoShellImage});
  }
  void TearDown() override {
    docker({"rmi", "-f", kBaseImage, kUserImage, kLockedImage, kNoShellImage, kForeignImage});
  }
};

class DockerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    static std::atomic<int> number = 0;
    std::ostringstream id;
    id << "t" << getpid() << "x" << number++;
    options_.instance_id = id.str();
    options_.data_dir = dir_.path().string();
    options_.socket = socket_path("");  // the one that `docker` uses, too
    options_.slots = 2;
    options_.try_places = false;
  }
  void TearDown() override {
    host_.reset();
    EXPECT_EQ(containers(), "") << "containers were left";
    // An image that another stands on goes after it, and nothing lists them in that order.
    for (int round = 0; round < 5; ++round) {
      std::istringstream ids(
          docker({"images", "-q", "--filter", "label=testlooper.made-by=" + options_.instance_id}));
      for (std::string image; ids >> image;) {
        testlooper::testing::run({.words = {"docker", "rmi", "-f", image}});
      }
    }
  }

  // The names of this test's containers.
  std::string containers() {
    return docker({"ps", "-a", "--format", "{{.Names}} {{.State}}", "--filter",
                   "label=testlooper.instance=" + options_.instance_id});
  }
  std::string runs() {
    return docker({"ps", "-aq", "--filter", "label=testlooper.kind=run", "--filter",
                   "label=testlooper.instance=" + options_.instance_id});
  }

  void start_host() {
    make_host();
    const ExecutorStatus status = statuses_.next();
    ASSERT_TRUE(status.ready) << status.reason;
    EXPECT_TRUE(status.version.starts_with("docker ")) << status.version;
  }
  void make_host() {
    host_.reset();
    statuses_.forget();
    host_ = std::make_unique<DockerHost>(options_, clock_, live_, [this](ExecutorStatus status) {
      statuses_.add(std::move(status));
    });
    host_->start();
  }

  // A tar with one file, `name` below the repository's folder.
  std::function<Result<std::string>()> tar_with(std::string name, std::string text) {
    return [this, name, text]() -> Result<std::string> {
      const int number = ++tars_;
      const auto folder = dir_.path() / ("tree" + std::to_string(number));
      const auto file = folder / "testlooper/repo" / name;
      std::filesystem::create_directories(file.parent_path());
      std::ofstream(file) << text;
      const std::string tar = dir_.file("source" + std::to_string(number) + ".tar");
      const std::string path = "testlooper/repo/" + name;
      must_run(
          {.words = {"tar", "--owner=0", "--group=0", "-C", folder.string(), "-cf", tar, path}});
      return tar;
    };
  }

  ContainerJob job(const std::string& command, const std::string& image = kBaseImage) {
    ContainerJob made;
    made.attempt = {{++tasks_}, 1};
    made.image = image;
    made.source.tag =
        "testlooper-test/source:" + options_.instance_id + image.substr(image.find('/') + 1, 4);
    made.source.make_tar = tar_with("sub/hello.txt", "hello\n");
    made.command = command;
    made.timeout = kPatience;
    made.log_path = "logs/" + std::to_string(tasks_) + ".log";
    return made;
  }

  struct Pending {
    std::shared_ptr<std::promise<void>> started = std::make_shared<std::promise<void>>();
    std::shared_ptr<std::promise<Result<ContainerEnd>>> ended =
        std::make_shared<std::promise<Result<ContainerEnd>>>();
    Result<ContainerEnd> end() {
      auto future = ended->get_future();
      if (future.wait_for(kPatience) != std::future_status::ready) {
        return unavailable("the run did not end in the test's time");
      }
      return future.get();
    }
    bool has_started() {
      return started->get_future().wait_for(kPatience) == std::future_status::ready;
    }
  };
  Pending begin(ContainerJob wanted) {
    Pending pending;
    host_->run(
        std::move(wanted), [started = pending.started] { started->set_value(); },
        [ended = pending.ended](Result<ContainerEnd> end) { ended->set_value(std::move(end)); });
    return pending;
  }
  Result<ContainerEnd> run(ContainerJob wanted) { return begin(std::move(wanted)).end(); }
  // The end of a run that must have one.
  ContainerEnd end_of(ContainerJob wanted) {
    auto end = run(std::move(wanted));
    EXPECT_TRUE(end) << end.error().text();
    return end.value_or(ContainerEnd{});
  }
  std::string log_of(const ContainerEnd& end) { return file_text(dir_.file(end.log.path)); }

  struct ImageResult {
    Result<ImageEnd> end;
    LogInfo log;
  };
  ImageResult make_image(ImageJob wanted) {
    auto ended = std::make_shared<std::promise<ImageResult>>();
    host_->make_image(
        std::move(wanted), [] {},
        [ended](Result<ImageEnd> end, LogInfo log) {
          ended->set_value({std::move(end), std::move(log)});
        });
    auto future = ended->get_future();
    if (future.wait_for(kPatience) != std::future_status::ready) {
      return {unavailable("the image was not ready in the test's time"), {}};
    }
    return future.get();
  }

  TempDir dir_;
  RealClock clock_;
  SeenLive live_;
  Statuses statuses_;
  DockerOptions options_;
  std::atomic<int> tars_ = 0;
  std::int64_t tasks_ = 0;
  std::unique_ptr<DockerHost> host_;
};

}  // namespace testlooper::docker
