// The git hook and its delivery, with real pushes.
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "testlooper/base/limits.hpp"

#include "cli/files.hpp"
#include "cli/hook_notify.hpp"
#include "cli/hook_script.hpp"
#include "support/git_repo.hpp"
#include "support/push_listener.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::cli {
namespace {

namespace fs = std::filesystem;
using testing::CommandEnd;
using testing::GitRepo;
using testing::HeardPost;
using testing::must_run;
using testing::PushListener;
using Names = std::vector<std::string>;

class FileLock {
 public:
  explicit FileLock(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_CREAT, 0600)) {
    EXPECT_EQ(flock(fd_, LOCK_EX), 0);
  }
  ~FileLock() { close(fd_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

class HookTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return dir_.file(name); }
  CommandEnd hook(Names words) {
    words.insert(words.begin(), {HOOK_PROGRAM, "hook"});
    return testing::run({.words = std::move(words), .folder = dir_.path()});
  }
  CommandEnd install(const std::string& server, Names more = {}) {
    Names words = {"install", hub_.path(), "--server", server};
    words.insert(words.end(), more.begin(), more.end());
    auto end = hook(std::move(words));
    EXPECT_EQ(end.exit_code, 0) << end.err;
    return end;
  }
  CommandEnd push(const Names& words) {
    Names all = {"push", "-q", hub_.path()};
    all.insert(all.end(), words.begin(), words.end());
    return work_.try_git(std::move(all));
  }
  std::string spool() const { return hub_.path() + "/testlooper-spool"; }
  Names notes() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(spool())) {
      const std::string name = entry.path().filename();
      if (!name.starts_with('.')) found.insert(name);
    }
    return {found.begin(), found.end()};
  }
  void TearDown() override {
    if (fs::is_directory(spool())) wait_for_delivery();
  }
  // What was started holds this lock until it has done its work.
  void wait_for_delivery() const { FileLock(spool() + "/.working"); }
  void write_hook(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(hub_.path()) / "hooks");
    const std::string path = hub_.path() + "/hooks/" + name;
    std::ofstream(path) << text;
    fs::permissions(path, fs::perms::owner_all);
  }
  std::string content(const std::string& path) const { return read_file(path).value_or("?"); }
  Names hook_files() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(hub_.path() + "/hooks")) {
      const std::string name = entry.path().filename();
      if (!name.ends_with(".sample")) found.insert(name);
    }
    return {found.begin(), found.end()};
  }

  testing::TempDir dir_;
  GitRepo hub_ = GitRepo::bare(dir_.file("calc.git"));
  GitRepo work_ = GitRepo::bare(dir_.file("work.git"));
};

TEST_F(HookTest, PushIsAnnounced) {
  PushListener server;
  const auto said = install(server.url());
  EXPECT_EQ(said.out, "pushes to 'calc' are announced to " + server.url() + " by post-receive in " +
                          hub_.path() + "/hooks\n");
  const auto head = work_.commit({});
  EXPECT_EQ(push({"main"}).exit_code, 0);
  const auto heard = server.wait_for(1);
  EXPECT_TRUE(heard[0].head.starts_with("POST /git_updater HTTP/1.1\r\n"));
  EXPECT_EQ(heard[0].body, R"({"repo":"calc","ref":"refs/heads/main","old":")" +
                               std::string(40, '0') + R"(","new":")" + head + "\"}");
  EXPECT_EQ(heard[0].field("Content-Type"), "application/json");
  EXPECT_TRUE(heard[0].field("X-TestLooper-Delivery").ends_with("-1"));
  EXPECT_EQ(heard[0].field("X-Hub-Signature-256"), "");
  wait_for_delivery();
  EXPECT_TRUE(notes().empty());
}

TEST_F(HookTest, EachRefOfAPushAndEachDeletionIsAnnounced) {
  PushListener server;
  install(server.url(), {"--repo", "other-name"});
  const auto one = work_.commit({.branch = "one"});
  work_.commit({.branch = "two"});
  work_.git({"tag", "v1", one});
  EXPECT_EQ(push({"--all"}).exit_code, 0);
  EXPECT_EQ(push({"v1", ":one"}).exit_code, 0);
  std::set<std::string> refs, ids;
  for (const auto& post : server.wait_for(4)) {
    EXPECT_TRUE(post.body.starts_with(R"({"repo":"other-name",)"));
    const auto begin = post.body.find("refs/");
    refs.insert(post.body.substr(begin, post.body.find('"', begin) - begin));
    ids.insert(post.field("X-TestLooper-Delivery"));
  }
  EXPECT_EQ(refs, (std::set<std::string>{"refs/heads/one", "refs/heads/two", "refs/tags/v1"}));
  EXPECT_EQ(ids.size(), 4u);
}

TEST_F(HookTest, OddNamesArriveIntactAndRunNothing) {
  PushListener server;
  install(server.url());
  const Names names = {
      "feature/x", "--output=x", "$(touch${IFS}pwned)", "`id`",
      "quote'end", "a;b|c&d",    "right\u202Eleft",     "<img/src=x/onerror=alert(1)>"};
  for (const auto& name : names) work_.commit({.branch = name});
  work_.commit({.branch = "caf\xe9"});
  work_.commit({.branch = "say\"hi\""});
  EXPECT_EQ(push({"refs/heads/*:refs/heads/*"}).exit_code, 0);
  std::string bodies;
  for (const auto& post : server.wait_for(names.size() + 2)) bodies += post.body;
  for (const auto& name : names) {
    EXPECT_NE(bodies.find("\"refs/heads/" + name + "\""), std::string::npos) << name;
  }
  EXPECT_NE(bodies.find(R"("refs/heads/caf\\xe9")"), std::string::npos) << bodies;
  EXPECT_NE(bodies.find(R"("refs/heads/say\"hi\"")"), std::string::npos) << bodies;
  wait_for_delivery();
  for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
    EXPECT_NE(entry.path().filename(), "pwned");
  }
}

TEST_F(HookTest, ServerThatIsDownKeepsTheNoteForLater) {
  const int port = testing::closed_port();
  install("http://127.0.0.1:" + std::to_string(port));
  work_.commit({});
  const auto pushed = push({"main"});
  EXPECT_EQ(pushed.exit_code, 0);
  EXPECT_EQ(pushed.err, "");
  ASSERT_EQ(notes().size(), 1u);
  const auto in_vain = hook({"notify", "--git-dir", hub_.path()});
  EXPECT_EQ(in_vain.exit_code, 2);
  EXPECT_NE(in_vain.err.find("1 announcements are kept for later"), std::string::npos)
      << in_vain.err;
  const auto kept = notes();
  ASSERT_EQ(kept.size(), 1u);
  PushListener server(port);
  const auto delivered = hook({"notify", "--git-dir", hub_.path()});
  EXPECT_EQ(delivered.exit_code, 0) << delivered.err;
  EXPECT_EQ(server.wait_for(1)[0].field("X-TestLooper-Delivery"), kept[0] + "-1");
  EXPECT_TRUE(notes().empty());
}

TEST_F(HookTest, SlowServerDoesNotHoldThePush) {
  PushListener server;
  server.hold();
  install(server.url());
  work_.commit({});
  EXPECT_EQ(push({"main"}).exit_code, 0);
  work_.commit({});
  EXPECT_EQ(push({"main"}).exit_code, 0);
  // Both pushes are over, and nothing was answered yet.
  server.wait_for(1);
  EXPECT_EQ(notes().size(), 2u);
  server.resume();
  server.wait_for(2);
}

TEST_F(HookTest, ProgramThatIsGoneFailsNoPush) {
  install("http://127.0.0.1:1");
  write_hook("post-receive", hook_script("/nowhere/it's gone"));
  work_.commit({});
  const auto pushed = push({"main"});
  EXPECT_EQ(pushed.exit_code, 0);
  EXPECT_EQ(pushed.err, "");
  EXPECT_EQ(notes().size(), 1u);
}

TEST_F(HookTest, SpoolThatCannotBeWrittenFailsNoPush) {
  install("http://127.0.0.1:1");
  fs::remove_all(spool());
  std::ofstream(spool()) << "in the way";
  work_.commit({});
  EXPECT_EQ(push({"main"}).exit_code, 0);
}

TEST_F(HookTest, TooManyNotesBecomeOneThatAsksForEverything) {
  install("http://127.0.0.1:1");
  for (int i = 0; i < limits::kHookSpoolFiles; ++i) {
    std::ofstream(spool() + "/0-" + std::to_string(i)) << "a b refs/heads/x\n";
  }
  work_.commit({});
  EXPECT_EQ(push({"main"}).exit_code, 0);
  wait_for_delivery();
  ASSERT_EQ(notes().size(), 1u);
  EXPECT_EQ(content(spool() + "/" + notes()[0]), "\n");
}

TEST_F(HookTest, HookThatWasThereKeepsRunning) {
  const std::string own = "#!/bin/sh\ncat >" + file("seen") + "\necho said by the hook\nexit 3\n";
  write_hook("post-receive", own);
  PushListener server;
  install(server.url());
  const auto head = work_.commit({});
  const auto pushed = push({"main"});
  EXPECT_EQ(pushed.exit_code, 0);
  EXPECT_NE(pushed.err.find("remote: said by the hook"), std::string::npos) << pushed.err;
  EXPECT_EQ(content(file("seen")), std::string(40, '0') + " " + head + " refs/heads/main\n");
  server.wait_for(1);
  EXPECT_EQ(hook({"uninstall", hub_.path()}).exit_code, 0);
  EXPECT_EQ(hook_files(), (Names{"post-receive"}));
  EXPECT_EQ(content(hub_.path() + "/hooks/post-receive"), own);
  EXPECT_EQ(push({"main:again"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(spool()));
}

TEST_F(HookTest, InstallingTwiceChangesNothing) {
  write_hook("post-receive", "#!/bin/sh\nexit 0\n");
  install("http://127.0.0.1:1");
  const auto first = hook_files();
  const auto script = content(hub_.path() + "/hooks/post-receive");
  install("http://127.0.0.1:2");
  EXPECT_EQ(hook_files(), first);
  EXPECT_EQ(first, (Names{"post-receive", "post-receive.before-testlooper"}));
  EXPECT_EQ(content(hub_.path() + "/hooks/post-receive"), script);
  EXPECT_EQ(content(hub_.path() + "/testlooper-hook"), "server http://127.0.0.1:2\nrepo calc\n");
}

TEST_F(HookTest, TwoForeignHooksAreNotMixedUp) {
  write_hook("post-receive", "#!/bin/sh\n# one\n");
  write_hook("post-receive.before-testlooper", "#!/bin/sh\n# two\n");
  const auto end = hook({"install", hub_.path()});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_NE(end.err.find("is a hook of yours"), std::string::npos) << end.err;
  EXPECT_EQ(content(hub_.path() + "/hooks/post-receive"), "#!/bin/sh\n# one\n");
}

TEST_F(HookTest, CommitsInAWorkingTreeAreAnnounced) {
  PushListener server;
  const auto tree = GitRepo::ordinary(file("tree"));
  const auto end = hook({"install", tree.path(), "--server", server.url()});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  tree.git({"commit", "-q", "--allow-empty", "-m", "one"});
  EXPECT_EQ(server.wait_for(1)[0].body, R"({"repo":"tree","ref":"","old":"","new":""})");
  tree.git({"commit", "-q", "--amend", "--allow-empty", "-m", "two"});
  server.wait_for(3);  // post-commit and post-rewrite
  // A linked worktree has no hooks of its own; the repository's are called there, too.
  tree.git({"worktree", "add", "-q", "-b", "side", file("linked")});
  must_run(
      {.words = {"git", "commit", "-q", "--allow-empty", "-m", "three"}, .folder = file("linked")});
  server.wait_for(3);
  EXPECT_TRUE(fs::exists(tree.path() + "/.git/testlooper-hook"));
}

TEST_F(HookTest, HooksPathOfTheRepositoryIsFollowed) {
  PushListener server;
  hub_.git({"config", "core.hooksPath", file("own-hooks")});
  const auto said = install(server.url());
  EXPECT_NE(said.out.find("in " + file("own-hooks") + " (where core.hooksPath points)"),
            std::string::npos)
      << said.out;
  work_.commit({});
  EXPECT_EQ(push({"main"}).exit_code, 0);
  server.wait_for(1);
  EXPECT_EQ(hook({"uninstall", hub_.path()}).exit_code, 0);
  EXPECT_TRUE(fs::is_empty(file("own-hooks")));
}

TEST_F(HookTest, HooksPathOfManyRepositoriesAnnouncesOnlyThisOne) {
  PushListener server;
  std::ofstream(file(".gitconfig")) << "[core]\n\thooksPath = ~/shared-hooks\n";
  const std::map<std::string, std::string> home = {{"HOME", dir_.path()},
                                                   {"GIT_CONFIG_GLOBAL", file(".gitconfig")}};
  const auto in_home = [&](Names words) {
    return testing::run({.words = std::move(words), .variables = home});
  };
  const auto said =
      in_home({HOOK_PROGRAM, "hook", "install", hub_.path(), "--server", server.url()});
  EXPECT_NE(said.out.find("other repositories are not announced"), std::string::npos) << said.err;
  const auto other = GitRepo::bare(file("other.git"));
  work_.commit({});
  EXPECT_EQ(in_home({"git", "-C", work_.path(), "push", "-q", other.path(), "main"}).exit_code, 0);
  EXPECT_EQ(in_home({"git", "-C", work_.path(), "push", "-q", hub_.path(), "main"}).exit_code, 0);
  EXPECT_TRUE(server.wait_for(1)[0].body.starts_with(R"({"repo":"calc")"));
  EXPECT_FALSE(fs::exists(other.path() + "/testlooper-spool"));
  EXPECT_EQ(in_home({HOOK_PROGRAM, "hook", "uninstall", hub_.path()}).exit_code, 0);
  EXPECT_TRUE(fs::exists(file("shared-hooks/post-receive")));
}

TEST_F(HookTest, AnnouncementsAreSignedWithTheSecret) {
  PushListener server;
  std::ofstream(file("secret")) << "open sesame\n";
  install(server.url(), {"--secret-file", "secret"});
  std::ofstream(spool() + "/1-note") << "\n";
  EXPECT_EQ(hook({"notify", "--git-dir", hub_.path()}).exit_code, 0);
  EXPECT_EQ(server.wait_for(1)[0].field("X-Hub-Signature-256"),
            "sha256=4edde0e08ba262e02355f4fd81cbaba48bf20549d1ba9ce806d7619a0b0ed484");
}

TEST_F(HookTest, WhatCannotBeInstalledIsSaidInOneLine) {
  const auto expect_refused = [&](Names words, const std::string& why) {
    const auto end = hook(std::move(words));
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_EQ(end.err, "testlooper: " + why + "\n");
  };
  expect_refused({"install", file("absent")},
                 file("absent") + " does not exist, or may not be looked at");
  expect_refused({"install", hub_.path(), "--server", "ftp://x"},
                 "ftp://x: must begin with http://");
  expect_refused({"install", hub_.path(), "--secret-file", file("absent")},
                 file("absent") + ": No such file or directory");
  expect_refused({"notify", "--git-dir", hub_.path()},
                 hub_.path() + ": no hook of TestLooper is installed here");
  EXPECT_FALSE(fs::exists(hub_.path() + "/testlooper-hook"));
}

// Delivery alone, with a sender that the test plays.
class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryTest() { fs::create_directory(dir_.file("testlooper-spool")); }
  void note(const std::string& name, const std::string& text = "") {
    std::ofstream(spool() + "/" + name) << text;
  }
  std::string spool() const { return dir_.file("testlooper-spool"); }
  NotifyCount deliver(const SendAnnouncement& send) {
    return deliver_notes(dir_.path(), settings_, send).value();
  }

  testing::TempDir dir_;
  HookSettings settings_{.server = "http://x", .repo = "calc", .secret_file = ""};
};

TEST_F(DeliveryTest, RefusedNoteIsKeptAndStopsNobody) {
  note("1");
  note("2");
  const auto count = deliver(
      [](const Announcement& part) { return Result<int>(part.delivery_id == "1-1" ? 404 : 202); });
  EXPECT_EQ(count.delivered, 1);
  EXPECT_EQ(count.kept, 1);
  EXPECT_EQ(count.why, "the server answered 404");
  EXPECT_TRUE(fs::exists(spool() + "/1"));
}

TEST_F(DeliveryTest, ServerWithTooMuchToDoIsLeftInPeace) {
  note("1");
  note("2");
  int sent = 0;
  const auto count = deliver([&](const Announcement&) {
    ++sent;
    return Result<int>(503);
  });
  EXPECT_EQ(sent, 1);
  EXPECT_EQ(count.kept, 2);
}

TEST_F(DeliveryTest, NoteOfManyRefsAsksForEverythingAtOnce) {
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += "a b refs/heads/" + std::to_string(i) + "\n";
  const auto parts = announcements(lines, "note", "calc");
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].body, R"({"repo":"calc","ref":"","old":"","new":""})");
}

TEST_F(DeliveryTest, NobodyQueuesBehindOneThatWaits) {
  note("1");
  const FileLock working(spool() + "/.working"), waiting(spool() + "/.waiting");
  const auto count = deliver([](const Announcement&) { return Result<int>(202); });
  EXPECT_EQ(count.delivered, 0);
  EXPECT_TRUE(fs::exists(spool() + "/1"));
}

TEST_F(DeliveryTest, NoteThatComesWhileAnotherIsDeliveredIsDeliveredToo) {
  note("1");
  std::thread late;
  NotifyCount second;
  deliver([&](const Announcement&) {
    note("2");
    late = std::thread(
        [&] { second = deliver([](const Announcement&) { return Result<int>(202); }); });
    return Result<int>(202);
  });
  late.join();
  EXPECT_EQ(second.delivered, 1);
  EXPECT_FALSE(fs::exists(spool() + "/2"));
}

TEST_F(DeliveryTest, HalfWrittenNotesAreSweptOnceTheyAreOld) {
  note(".new.abc");
  note(".new.old");
  fs::last_write_time(spool() + "/.new.old",
                      fs::file_time_type::clock::now() - std::chrono::hours{2});
  EXPECT_EQ(deliver([](const Announcement&) { return Result<int>(202); }).delivered, 0);
  EXPECT_TRUE(fs::exists(spool() + "/.new.abc"));
  EXPECT_FALSE(fs::exists(spool() + "/.new.old"));
}

}  // namespace
}  // namespace testlooper::cli
