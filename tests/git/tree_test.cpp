// Files and folders of a commit.
#include "git/reader_fixture.hpp"

namespace testlooper::git {
namespace {

using namespace std::string_literals;

class TreeTest : public ReaderTest {
 protected:
  Result<std::string> read(const std::string& path, std::size_t cap = 1000) {
    return reader_.file(repo_.path(), head_, path, cap);
  }
  Result<TreeEntry> entry(const std::string& path) {
    return reader_.entry(repo_.path(), head_, path);
  }
  std::string id(const std::string& path) { return repo_.git({"rev-parse", head_ + ":" + path}); }

  GitRepo repo_ = GitRepo::bare(file("calc.git"));
  std::string head_ = repo_.commit({.files = {{"top", {"hello"}},
                                              {"a/b/deep", {"\0\xff\n"s}},
                                              {"empty", {""}},
                                              {"link", {"top", "120000"}},
                                              {"folder-link", {"a", "120000"}},
                                              {"module", {std::string(40, '1'), "160000"}}}});
};

TEST_F(TreeTest, FilesAreReadByteForByte) {
  EXPECT_EQ(read("top").value(), "hello");
  EXPECT_EQ(read("a/b/deep").value(), "\0\xff\n"s);
  EXPECT_EQ(read("./a//b/deep/").value(), "\0\xff\n"s);
  EXPECT_EQ(read("empty").value(), "");
}

TEST_F(TreeTest, EntriesHaveTheIdsOfTheirContent) {
  EXPECT_EQ(entry("top").value().oid, id("top"));
  EXPECT_FALSE(entry("top").value().is_tree);
  EXPECT_EQ(entry("a/b/").value().oid, id("a/b"));
  EXPECT_TRUE(entry("a/b").value().is_tree);
  EXPECT_EQ(entry("").value().oid, id(""));
}

TEST_F(TreeTest, WhatIsNotThereIsNotFound) {
  for (const std::string path : {"absent", "a/absent", "top/below", "link/x", "module/x"}) {
    const auto found = read(path);
    ASSERT_FALSE(found.has_value()) << path;
    EXPECT_EQ(found.error().kind, ErrorKind::not_found) << path;
    EXPECT_EQ(found.error().text(), path + ": is not in this commit");
  }
  const auto commit = reader_.file(repo_.path(), std::string(40, 'a'), "top", 10);
  EXPECT_EQ(commit.error().kind, ErrorKind::not_found);
}

TEST_F(TreeTest, WhatIsNoFileIsRefused) {
  for (const std::string& path :
       {"link"s, "folder-link"s, "module"s, "a"s, ""s, "../top"s, "a/../top"s, "top\0x"s}) {
    const auto found = read(path);
    ASSERT_FALSE(found.has_value()) << path;
    EXPECT_EQ(found.error().kind, ErrorKind::invalid) << path;
  }
  EXPECT_EQ(entry("link").error().kind, ErrorKind::invalid);
  EXPECT_EQ(entry("module").error().text(),
            "module: is a submodule; its files are not in this repository");
}

TEST_F(TreeTest, LargeFileIsRefusedBeforeItIsRead) {
  EXPECT_EQ(read("top", 5).value(), "hello");
  const auto large = read("top", 4);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().kind, ErrorKind::invalid);
  EXPECT_EQ(large.error().text(), "top: is 5 bytes, and at most 4 are read");
}

TEST_F(TreeTest, IdsAreNotGuessed) {
  for (const std::string& sha : {""s, "main"s, "HEAD"s, "abcd"s, std::string(40, 'g')}) {
    const auto found = reader_.file(repo_.path(), sha, "top", 10);
    ASSERT_FALSE(found.has_value()) << sha;
    EXPECT_EQ(found.error().kind, ErrorKind::invalid) << sha;
  }
}

}  // namespace
}  // namespace testlooper::git
