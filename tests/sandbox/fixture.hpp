// A supervisor in a container of this machine's docker, spoken to over its standard streams.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/program.hpp"
#include "sandbox/report.hpp"
#include "support/command.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::sandbox {

using testlooper::testing::must_run;
using testlooper::testing::TempDir;

inline std::string test_image() { return "testlooper-test/sandbox:" + std::to_string(getpid()); }

// What one run brought.
struct Seen {
  std::string out;
  std::string err;
  std::string tar;
  RunReport report;
  Ended ended;
  bool good = false;  // the supervisor was there to the end

  int exit_code() const {
    const int status = report.wait_status.value_or(-1);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
};

// The image: busybox, a user, and the folders that the server makes.
class Image : public ::testing::Environment {
 public:
  void SetUp() override {
    TempDir dir;
    const auto script =
        "set -e; mkdir -p r/bin r/tmp r/etc r/testlooper/repo r/testlooper/io/artifacts; "
        "chmod 1777 r/tmp; chmod -R 777 r/testlooper; cp /bin/busybox r/bin/busybox; "
        "for name in $(busybox --list); do [ $name = busybox ] || ln -s busybox r/bin/$name; done; "
        "echo tester:x:1234:1235::/:/bin/sh > r/etc/passwd; tar --owner=0 --group=0 -C r -cf t .";
    must_run({.words = {"sh", "-c", script}, .folder = dir.path().string()});
    must_run({.words = {"docker", "import", dir.file("t"), test_image()}});
  }
  void TearDown() override { must_run({.words = {"docker", "rmi", "-f", test_image()}}); }
};

class Supervisor {
 public:
  explicit Supervisor(std::vector<std::string> more = {}) {
    const std::string program = dir_.file("supervisor");
    write_program(program);
    std::vector<std::string> words = {"docker",
                                      "run",
                                      "-i",
                                      "--rm",
                                      "--network",
                                      "none",
                                      "--memory",
                                      "128m",
                                      "--memory-swap",
                                      "128m",
                                      "--pids-limit",
                                      "200",
                                      "--cap-drop",
                                      "ALL",
                                      "--security-opt",
                                      "no-new-privileges",
                                      "--hostname",
                                      "testlooper",
                                      "--volume",
                                      program + ":/supervisor:ro"};
    for (const char* each : {"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID",
                             "KILL", "SYS_ADMIN", "SYS_CHROOT", "SETPCAP", "NET_ADMIN"}) {
      words.insert(words.end(), {"--cap-add", each});
    }
    const bool apparmor =
        must_run({.words = {"docker", "info"}}).find("apparmor") != std::string::npos;
    if (apparmor) words.insert(words.end(), {"--security-opt", "apparmor=unconfined"});
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {test_image(), "/supervisor"});
    if (apparmor) words.push_back("profile=docker-default");
    start(words);
    const auto first = next();
    if (first && first->kind == Kind::hello) {
      if (const auto hello = decode_hello(first->payload)) hello_ = *hello;
    }
  }
  ~Supervisor() {
    close(to_);
    close(from_);
    waitpid(pid_, nullptr, 0);
  }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  const Hello& hello() const { return hello_; }

  void send(const RunRequest& request) {
    write_all(frames(Kind::request, encode(request)) + frame(Kind::go));
  }
  void send_stop(std::uint64_t grace_ms) { write_all(frame(Kind::stop, encode_number(grace_ms))); }
  // Until the run has ended; `on_output` hears of each piece.
  template <typename F>
  Seen see(const RunRequest& request, F&& on_output) {
    Seen seen;
    ReportReader reader(request.outputs, request.artifact_bytes, [&](std::string_view bytes) {
      seen.tar += bytes;
      return Result<void>{};
    });
    while (const auto each = next()) {
      if (each->kind == Kind::output) seen.out += each->payload;
      if (each->kind == Kind::error) seen.err += each->payload;
      if (each->kind == Kind::report) EXPECT_TRUE(reader.feed(each->payload));
      if (each->kind == Kind::output) on_output(seen.out);
      if (each->kind != Kind::ended) continue;
      seen.ended = decode_ended(each->payload).value();
      seen.good = true;
      break;
    }
    seen.report = reader.report();
    return seen;
  }
  Seen run(const RunRequest& request) {
    send(request);
    return see(request, [](const std::string&) {});
  }

 private:
  static void write_program(const std::string& path) {
    FILE* file = fopen(path.c_str(), "wb");
    const auto program = supervisor_program();
    fwrite(program.data(), 1, program.size(), file);
    fclose(file);
    must_run({.words = {"chmod", "755", path}});
  }
  void start(const std::vector<std::string>& words) {
    int in[2], out[2];
    ASSERT_EQ(pipe2(in, O_CLOEXEC), 0);
    ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      std::vector<char*> list;
      for (const auto& each : words) list.push_back(const_cast<char*>(each.c_str()));
      list.push_back(nullptr);
      execvp(list[0], list.data());
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
  }
  void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t done = write(to_, bytes.data(), bytes.size());
      if (done <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
  }
  std::optional<Frame> next() {
    auto found = decoder_.next();
    while (!found) {
      char bytes[8192];
      const ssize_t size = read(from_, bytes, sizeof bytes);
      if (size <= 0) return std::nullopt;
      decoder_.feed({bytes, static_cast<std::size_t>(size)});
      found = decoder_.next();
    }
    return found;
  }

  TempDir dir_;
  Hello hello_{0, "no hello came"};
  FrameDecoder decoder_;
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
};

inline RunRequest request(const std::string& command) {
  RunRequest made;
  made.programs = {"bash", "/bin/sh"};
  made.arguments = {"-c", command};
  made.variables = {"PATH=/bin"};
  made.folder = "/testlooper/repo";
  made.own_network = true;
  made.disk_bytes = 32u << 20;
  made.shm_bytes = 8u << 20;
  made.timeout_ms = 120'000;
  made.grace_ms = 100;
  made.artifact_bytes = 1u << 20;
  return made;
}

}  // namespace testlooper::sandbox
