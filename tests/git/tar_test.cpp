// A commit's files as a tar file, compared with what git and tar themselves say.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include "git/reader_fixture.hpp"

namespace testlooper::git {
namespace {

namespace fs = std::filesystem;

class TarTest : public ReaderTest {
 protected:
  Result<void> write(const std::string& sha, const std::string& path = "",
                     const std::string& prefix = "") {
    return reader_.write_tar(repo_.path(), sha, path, prefix, out_);
  }
  // "mode owner size date name" of each entry.
  Names listed() const {
    const auto text = must_run(
        {.words = {"tar", "--numeric-owner", "--utc", "--quoting-style=escape", "-tvf", out_}});
    Names lines;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      lines.push_back(text.substr(at, text.find('\n', at) - at));
    }
    return lines;
  }
  std::string unpacked(const std::string& tar, const std::string& name) const {
    const auto folder = file(name);
    must_run({.words = {"mkdir", folder}});
    must_run({.words = {"tar", "-xf", tar, "-C", folder}});
    return folder;
  }
  // A commit of a tree that git's own commands would not write.
  std::string crafted(const std::string& tree_bytes) {
    const auto tree =
        repo_.git({"hash-object", "-w", "-t", "tree", "--literally", "--stdin"}, tree_bytes);
    const auto commit = repo_.git({"hash-object", "-w", "-t", "commit", "--literally", "--stdin"},
                                  "tree " + tree +
                                      "\nauthor A <a@x> 1700000000 +0000\n"
                                      "committer A <a@x> 1700000000 +0000\n\nm\n");
    return commit;
  }
  std::string raw_id(const std::string& content) {
    const auto text = repo_.git({"hash-object", "-w", "--stdin"}, content);
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    return bytes;
  }

  GitRepo repo_ = GitRepo::bare(file("calc.git"));
  std::string out_ = file("out.tar");
};

TEST_F(TarTest, HoldsWhatGitArchiveHolds) {
  std::string long_name;
  for (int i = 0; i < 10; ++i) long_name += "folder-of-some-length-" + std::to_string(i) + "/";
  long_name += std::string(100, 'f');
  ASSERT_GT(long_name.size(), 300u);
  std::string binary;
  for (int i = 0; i < 100'000; ++i) binary += static_cast<char>(i * 7);
  const auto head = repo_.commit({.files = {{"README", {"hello\r\n"}},
                                            {"run.sh", {"#!/bin/sh\n", "100755"}},
                                            {"link", {"../outside", "120000"}},
                                            {"src/empty", {""}},
                                            {"src/binary", {binary}},
                                            {"caf\xe9 \u20ac", {"names are bytes"}},
                                            {long_name, {"deep"}}}});
  ASSERT_TRUE(write(head).has_value());
  repo_.git({"archive", "-o", file("git.tar"), head});
  const auto ours = unpacked(out_, "ours");
  const auto theirs = unpacked(file("git.tar"), "theirs");
  EXPECT_EQ(must_run({.words = {"diff", "-r", "--no-dereference", ours, theirs}}), "");
  EXPECT_EQ(fs::read_symlink(ours + "/link"), "../outside");
  EXPECT_NE(fs::status(ours + "/run.sh").permissions() & fs::perms::owner_exec, fs::perms::none);
}

TEST_F(TarTest, EntriesHaveFixedOwnersModesAndTheCommitsTime) {
  const auto head = repo_.commit({.files = {{"a/run", {"x", "100755"}},
                                            {"b", {"yy"}},
                                            {"link", {"b", "120000"}},
                                            {"module", {std::string(40, '1'), "160000"}}},
                                  .when = 1'700'000'000});
  ASSERT_TRUE(write(head, "", "work/repo").has_value());
  EXPECT_EQ(listed(), (Names{"drwxr-xr-x 0/0               0 2023-11-14 22:13 work/",
                             "drwxr-xr-x 0/0               0 2023-11-14 22:13 work/repo/",
                             "drwxr-xr-x 0/0               0 2023-11-14 22:13 work/repo/a/",
                             "-rwxr-xr-x 0/0               1 2023-11-14 22:13 work/repo/a/run",
                             "-rw-r--r-- 0/0               2 2023-11-14 22:13 work/repo/b",
                             "lrwxrwxrwx 0/0               0 2023-11-14 22:13 work/repo/link -> b",
                             "drwxr-xr-x 0/0               0 2023-11-14 22:13 work/repo/module/"}));
}

TEST_F(TarTest, FolderIsWrittenRelativeToItself) {
  const auto head = repo_.commit(
      {.files = {{"docker/Dockerfile", {"FROM x"}}, {"docker/files/a", {"1"}}, {"other", {"2"}}}});
  ASSERT_TRUE(write(head, "docker/").has_value());
  const auto folder = unpacked(out_, "context");
  EXPECT_TRUE(fs::exists(folder + "/Dockerfile"));
  EXPECT_TRUE(fs::exists(folder + "/files/a"));
  EXPECT_FALSE(fs::exists(folder + "/other"));
  EXPECT_EQ(write(head, "other").error().kind, ErrorKind::invalid);
  EXPECT_EQ(write(head, "absent").error().kind, ErrorKind::not_found);
}

TEST_F(TarTest, OnlyTheWantedPathsAreWritten) {
  const auto head = repo_.commit({.files = {{"src/a", {"1"}},
                                            {"src/deep/b", {"2"}},
                                            {"srcs", {"3"}},
                                            {"other/c", {"4"}},
                                            {"Makefile", {"5"}}}});
  git::GitRepoReader& reader = reader_;
  ASSERT_TRUE(
      reader.write_tar_of(repo_.path(), head, {"src/deep", "Makefile", "absent"}, "in/", out_));
  const auto folder = unpacked(out_, "some");
  EXPECT_TRUE(fs::exists(folder + "/in/src/deep/b"));
  EXPECT_TRUE(fs::exists(folder + "/in/Makefile"));
  EXPECT_FALSE(fs::exists(folder + "/in/src/a"));
  EXPECT_FALSE(fs::exists(folder + "/in/srcs"));
  EXPECT_FALSE(fs::exists(folder + "/in/other"));
  ASSERT_TRUE(reader.write_tar_of(repo_.path(), head, {}, "in/", out_));
  EXPECT_FALSE(fs::exists(unpacked(out_, "none") + "/in/Makefile"));
}

TEST_F(TarTest, CommitWithoutFilesIsAnEmptyTar) {
  const auto head = repo_.commit({});
  ASSERT_TRUE(write(head).has_value());
  EXPECT_TRUE(listed().empty());
}

TEST_F(TarTest, LfsPointersStayAsTheyAre) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
  const auto head =
      repo_.commit({.files = {{".gitattributes", {"*.bin filter=lfs\n"}}, {"big.bin", {pointer}}}});
  ASSERT_TRUE(write(head).has_value());
  std::ifstream in(unpacked(out_, "lfs") + "/big.bin");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), pointer);
}

TEST_F(TarTest, NamesThatLeadOutAreRefused) {
  const auto blob = raw_id("x");
  const auto entry = [&](const std::string& mode, const std::string& name) {
    return mode + " " + name + std::string(1, '\0') + blob;
  };
  const Names trees = {entry("100644", ".."), entry("100644", "."), entry("100644", "a/b"),
                       entry("100644", "/etc/passwd"),
                       // A link and, by the same name, something to write through it.
                       entry("120000", "a") + entry("100644", "a")};
  for (const auto& tree : trees) {
    const auto done = write(crafted(tree));
    ASSERT_FALSE(done.has_value()) << tree;
    EXPECT_EQ(done.error().kind, ErrorKind::invalid) << done.error().text();
    EXPECT_FALSE(fs::exists(out_));
  }
  EXPECT_EQ(write(repo_.commit({}), "", "../up").error().kind, ErrorKind::invalid);
}

TEST_F(TarTest, MoreBytesThanAllowedAreRefused) {
  GitRepoReader capped(file("clones"), {.new_commits = 1, .source_bytes = 10'000, .fetch = {}});
  const auto fits = repo_.commit({.files = {{"f", {std::string(9'000, 'x')}}}});
  EXPECT_TRUE(capped.write_tar(repo_.path(), fits, "", "", out_).has_value());
  const auto over = repo_.commit({.files = {{"g", {std::string(9'000, 'y')}}}});
  const auto done = capped.write_tar(repo_.path(), over, "", "", out_);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().text(), "the commit's files are more than 10000 bytes");
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(TarTest, FoldersNestedWithoutEndAreRefused) {
  std::string deep;
  for (int i = 0; i < limits::kTreeDepth + 10; ++i) deep += "d/";
  const auto done = write(repo_.commit({.files = {{deep + "f", {"x"}}}}));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().message, "folders are nested too deeply");
}

TEST_F(TarTest, FullDiskIsTheMachinesFault) {
  const auto head = repo_.commit({.files = {{"f", {std::string(3 << 20, 'x')}}}});
  fs::create_symlink("/dev/full", out_);
  const auto done = write(head);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace testlooper::git
