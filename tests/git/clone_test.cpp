// Repositories named by a URL: cloned, kept up to date, and given up on in time.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "git/reader_fixture.hpp"
#include "git/source.hpp"

namespace testlooper::git {
namespace {

namespace fs = std::filesystem;

class CloneTest : public ReaderTest {
 protected:
  RepoSpec url() const { return spec(source_.file_url()); }
  std::string clone() { return reader_.git_dir_of(url()).value(); }
  static void make_old(const std::string& path) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours{1});
  }

  GitRepo source_ = GitRepo::bare(file("source.git"));
};

TEST_F(CloneTest, FirstScanClonesIntoAFolderOfItsOwn) {
  const auto head = source_.commit({.files = {{"a", {"1"}}}});
  source_.git({"tag", "-a", "-m", "release", "v1", head});
  EXPECT_FALSE(fs::exists(clone()));
  const auto seen = scan(url());
  EXPECT_EQ(seen.branches, (Refs{{"main", head}}));
  EXPECT_EQ(seen.tags, (Refs{{"v1", head}}));
  EXPECT_EQ(shas(seen), (Names{head}));
  EXPECT_EQ(fs::path(clone()).parent_path(), file("clones"));
  EXPECT_TRUE(fs::path(clone()).filename().string().starts_with("calc-"));
  EXPECT_EQ(reader_.file(clone(), head, "a", 10).value(), "1");
}

TEST_F(CloneTest, LaterScansFollowPushesForcePushesAndDeletions) {
  const auto base = source_.commit({});
  source_.commit({.branch = "gone"});
  source_.commit({.branch = "a"});
  const auto lost = source_.commit({});
  scan(url());
  const auto kept = source_.commit({.message = "instead", .parents = {{base}}});
  source_.git({"branch", "-D", "gone", "a"});
  // Its name could not stand beside that of the branch that is gone now.
  const auto below = source_.commit({.branch = "a/b", .parents = {{base}}});
  const auto seen = scan(url(), {lost});
  EXPECT_EQ(seen.branches, (Refs{{"a/b", below}, {"main", kept}}));
  EXPECT_EQ(shas(seen), (Names{kept, below}));
}

TEST_F(CloneTest, EmptySourceIsFineAndFillsLater) {
  EXPECT_TRUE(scan(url()).branches.empty());
  const auto head = source_.commit({.branch = "trunk"});
  source_.git({"symbolic-ref", "HEAD", "refs/heads/trunk"});
  const auto seen = scan(url());
  EXPECT_EQ(seen.branches, (Refs{{"trunk", head}}));
  EXPECT_EQ(seen.head_branch, "trunk");
}

TEST_F(CloneTest, DefaultBranchThatIsRenamedIsFollowed) {
  const auto head = source_.commit({});
  EXPECT_EQ(scan(url()).head_branch, "main");
  source_.git({"branch", "-m", "main", "trunk"});
  const auto seen = scan(url());
  EXPECT_EQ(seen.head_branch, "trunk");
  EXPECT_EQ(seen.branches, (Refs{{"trunk", head}}));
}

TEST_F(CloneTest, FetchThatFailsKeepsWhatIsThereAndSaysWhy) {
  const auto head = source_.commit({.files = {{"a", {"1"}}}});
  scan(url());
  fs::rename(source_.path(), file("away.git"));
  const auto failed = try_scan(url());
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  EXPECT_NE(failed.error().text().find(source_.file_url() + " can't be fetched"),
            std::string::npos);
  EXPECT_EQ(reader_.file(clone(), head, "a", 10).value(), "1");
  fs::rename(file("away.git"), source_.path());
  EXPECT_EQ(scan(url()).branches, (Refs{{"main", head}}));
}

TEST_F(CloneTest, HalfMadeCloneIsMadeAfresh) {
  const auto head = source_.commit({});
  const auto unfinished = clone() + ".unfinished-1";
  fs::create_directories(unfinished + "/objects");
  fs::create_directories(clone() + "/objects");
  EXPECT_EQ(scan(url()).branches, (Refs{{"main", head}}));
  EXPECT_FALSE(fs::exists(unfinished));
}

TEST_F(CloneTest, LockFilesThatAKillLeftDoNotStopFetching) {
  source_.commit({});
  scan(url());
  const auto head = source_.commit({});
  for (const std::string name : {"/refs/heads/main.lock", "/packed-refs.lock", "/HEAD.lock"}) {
    std::ofstream(clone() + name) << "";
    make_old(clone() + name);
  }
  EXPECT_EQ(scan(url()).branches, (Refs{{"main", head}}));
}

TEST_F(CloneTest, PinnedCommitsOutliveForcePushAndGc) {
  const auto base = source_.commit({});
  const auto lost = source_.commit({});
  scan(url());
  ASSERT_TRUE(reader_.pin(clone(), {lost}).has_value());
  source_.commit({.message = "instead", .parents = {{base}}});
  scan(url());
  must_run({.words = {"git", "-C", clone(), "gc", "-q", "--prune=now"}});
  EXPECT_EQ(reader_.resolve(clone(), lost).value(), lost);
}

TEST_F(CloneTest, NoNameOfARefReachesACommandLine) {
  for (const std::string name : {"--output=x", "$(id)", "`id`"}) source_.commit({.branch = name});
  fs::create_directory(file("bin"));
  const auto real_git = must_run({.words = {"sh", "-c", "printf %s \"$(command -v git)\""}});
  std::ofstream(file("bin/git")) << "#!/bin/sh\nprintf '%s\\n' \"$@\" >>" << file("words")
                                 << "\nexec " << real_git << " \"$@\"\n";
  fs::permissions(file("bin/git"), fs::perms::owner_all);
  const std::string path = getenv("PATH");
  setenv("PATH", (file("bin") + ":" + path).c_str(), 1);
  const auto seen = scan(url());
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(seen.branches.size(), 3u);
  std::ifstream in(file("words"));
  const std::string words(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(words.find("fetch"), std::string::npos);
  EXPECT_EQ(words.find("output"), std::string::npos) << words;
  EXPECT_EQ(words.find("id"), std::string::npos) << words;
}

// Accepts, and never says a word.
class SilentServer {
 public:
  SilentServer() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(fd_, 8), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { close(fd_); }
  std::string url() const { return "git://127.0.0.1:" + std::to_string(port_) + "/calc"; }
  // Returns once somebody has called.
  void wait_for_caller() { caller_ = accept(fd_, nullptr, nullptr); }

 private:
  int fd_;
  int caller_ = -1;
  int port_ = 0;
};

TEST_F(CloneTest, SourceThatNeverAnswersIsGivenUpOn) {
  const SilentServer server;
  GitRepoReader hasty(file("clones"),
                      {.fetch = {.silence = Milliseconds{200}, .total = Seconds{60}}});
  const auto remote = spec(server.url());
  const auto seen = hasty.scan({remote, hasty.git_dir_of(remote).value(), {}});
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(seen.error().text(), server.url() + " can't be fetched: nothing was heard for 0.2 s");
  EXPECT_TRUE(fs::is_empty(file("clones")));
}

TEST_F(CloneTest, StopEndsAFetchThatIsUnderWay) {
  SilentServer server;
  const auto remote = spec(server.url());
  Result<RefsObserved> seen;
  std::thread scanning([&] { seen = try_scan(remote); });
  server.wait_for_caller();
  reader_.stop();
  scanning.join();
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().kind, ErrorKind::cancelled);
}

TEST_F(CloneTest, ScansOfOneUrlFromManyThreadsDoNotDisturbEachOther) {
  const auto head = source_.commit({});
  std::vector<std::thread> threads;
  std::vector<Refs> seen(4);
  for (auto& branches : seen) {
    threads.emplace_back([&] { branches = scan(url()).branches; });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& branches : seen) EXPECT_EQ(branches, (Refs{{"main", head}}));
}

TEST(Source, UrlsAreToldFromPaths) {
  for (const std::string url :
       {"https://example.org/calc.git", "http://example.org/calc", "ssh://git@example.org/calc",
        "git://example.org/calc", "file:///srv/calc.git", "git@example.org:calc.git"}) {
    EXPECT_TRUE(is_url(url)) << url;
  }
  for (const std::string path :
       {"/srv/calc.git", "calc.git", "./a@b:c", "/srv/a@b:c", "ext::sh -c id", "a@b::c",
        "-oProxyCommand=x@y:z", "--upload-pack=x", "fd::7", ""}) {
    EXPECT_FALSE(is_url(path)) << path;
  }
}

TEST(Source, SecretsStayOutOfSentencesAndFolderNames) {
  EXPECT_EQ(without_secrets("fatal: 'https://me:token@example.org/a@b' and http://t@h:"),
            "fatal: 'https://***@example.org/a@b' and http://***@h:");
  EXPECT_EQ(without_secrets("https://example.org/x@y"), "https://example.org/x@y");
  const auto folder = clone_folder("../odd name", "https://me:one@example.org/calc");
  EXPECT_EQ(folder, clone_folder("../odd name", "https://me:two@example.org/calc"));
  EXPECT_NE(folder, clone_folder("../odd name", "https://example.org/other"));
  EXPECT_TRUE(folder.starts_with("_.._odd_name-")) << folder;
}

}  // namespace
}  // namespace testlooper::git
