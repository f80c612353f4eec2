#include "docker/unpack.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "testlooper/base/limits.hpp"

#include "docker/libarchive.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::docker {
namespace {

namespace fs = std::filesystem;

// Writes a tar as docker would, and as it never would.
class TarFile {
 public:
  explicit TarFile(const std::string& path) : writer_(archive_write_new()) {
    archive_write_set_format_pax_restricted(writer_.get());
    EXPECT_EQ(archive_write_open_filename(writer_.get(), path.c_str()), ARCHIVE_OK);
  }
  void add(const std::string& name, unsigned type, const std::string& content = {},
           unsigned mode = 0644, const std::string& link = {}) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_mode(entry.get(), static_cast<__LA_MODE_T>(type | mode));
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    if (type == AE_IFLNK) archive_entry_set_symlink(entry.get(), link.c_str());
    if (type == AE_IFREG && !link.empty()) archive_entry_set_hardlink(entry.get(), link.c_str());
    archive_write_header(writer_.get(), entry.get());
    archive_write_data(writer_.get(), content.data(), content.size());
  }
  void file(const std::string& name, const std::string& content, unsigned mode = 0644) {
    add(name, AE_IFREG, content, mode);
  }

 private:
  Archive writer_;
};

class Unpack : public ::testing::Test {
 protected:
  Unpack() { fs::create_directories(dir_.path() / "data"); }
  TarFile tar() {
    TarFile tar(dir_.file("t.tar"));
    tar.add("artifacts/", AE_IFDIR, {}, 0755);
    return tar;
  }
  ArtifactsInfo unpack(std::uint64_t max_bytes = 1000, bool cut = false) {
    return unpack_artifacts({dir_.file("t.tar"), dir_.file("data/artifacts/1-1"), max_bytes, cut});
  }
  std::string content(const std::string& path) {
    std::ifstream file(dir_.file("data/artifacts/1-1/" + path), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  // Everything below the temporary folder that is no folder, but for the tar.
  std::vector<std::string> on_disk() {
    std::vector<std::string> found;
    for (const auto& each : fs::recursive_directory_iterator(dir_.path())) {
      const auto path = fs::relative(each.path(), dir_.path()).string();
      if (!each.is_directory() && path != "t.tar") found.push_back(path);
    }
    std::ranges::sort(found);
    return found;
  }

  testlooper::testing::TempDir dir_;
};

using Texts = std::vector<std::string>;
using Files = std::vector<Artifact>;

TEST_F(Unpack, FilesComeWithTheirFolders) {
  {
    auto each = tar();
    each.file("artifacts/z.txt", "last");
    each.add("artifacts/d/", AE_IFDIR, {}, 0700);
    each.file("artifacts/d/e/\xc3\xa4 b.txt", "deep", 0755);
    each.file("artifacts/empty", "");
  }
  const auto info = unpack();
  EXPECT_EQ(info.files, (Files{{"d/e/\xc3\xa4 b.txt", 4}, {"empty", 0}, {"z.txt", 4}}));
  EXPECT_EQ(info.warnings, Texts{});
  EXPECT_EQ(content("d/e/\xc3\xa4 b.txt"), "deep");
  struct stat facts{};
  ASSERT_EQ(::stat(dir_.file("data/artifacts/1-1/d/e/\xc3\xa4 b.txt").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07111u, 0u) << "nobody can run it";
}

TEST_F(Unpack, AnEmptyFolderLeavesNothing) {
  tar();
  EXPECT_EQ(unpack(), ArtifactsInfo{});
  EXPECT_FALSE(fs::exists(dir_.path() / "data/artifacts"));
}

TEST_F(Unpack, WhatIsNoPlainFileIsNamedAndTheRestIsKept) {
  {
    auto each = tar();
    each.add("artifacts/abs", AE_IFLNK, {}, 0777, "/etc/passwd");
    each.add("artifacts/up", AE_IFLNK, {}, 0777, "..");
    each.file("artifacts/up/owned", "through the link");
    each.file("artifacts/a", "1");
    each.add("artifacts/hard", AE_IFREG, {}, 0644, "artifacts/a");
    each.add("artifacts/pipe", AE_IFIFO);
    each.add("artifacts/tty", AE_IFCHR);
    each.add("artifacts/disk", AE_IFBLK);
    each.file("artifacts/root", "x", 04755);
    each.file("artifacts/group", "x", 02755);
  }
  const auto info = unpack();
  EXPECT_EQ(info.files, (Files{{"a", 1}, {"up/owned", 16}}));
  EXPECT_EQ(info.warnings,
            (Texts{"the artifact 'abs' was not kept: it is a link",
                   "the artifact 'up' was not kept: it is a link",
                   "the artifact 'hard' was not kept: it is a hard link",
                   "the artifact 'pipe' was not kept: it is a FIFO",
                   "the artifact 'tty' was not kept: it is a device",
                   "the artifact 'disk' was not kept: it is a device",
                   "the artifact 'root' was not kept: it has a setuid or setgid bit",
                   "the artifact 'group' was not kept: it has a setuid or setgid bit"}));
  EXPECT_EQ(on_disk(), (Texts{"data/artifacts/1-1/a", "data/artifacts/1-1/up/owned"}));
}

TEST_F(Unpack, NoNameLeadsOutOfTheFolder) {
  const Texts names{
      "artifacts/../x",     "artifacts/a/../../x",   "/etc/x",       "artifacts//x",
      "artifacts/./x",      "artifacts/..",          "../x",         "x",
      "artifacts/a/..",     "artifacts/\x1b[31m",    "artifacts/\n", "artifacts/a\x7f",
      "artifacts/\xff\xfe", "artifacts/\xed\xa0\x80"};
  {
    auto each = tar();
    for (const auto& name : names) each.file(name, "evil");
    each.file("artifacts/good", "good");
  }
  const auto info = unpack();
  EXPECT_EQ(info.files, (Files{{"good", 4}}));
  EXPECT_EQ(info.warnings.size(), names.size());
  EXPECT_EQ(on_disk(), (Texts{"data/artifacts/1-1/good"}));
  for (const auto& warning : info.warnings) {
    EXPECT_TRUE(std::ranges::all_of(warning, [](char c) { return c >= 0x20 && c < 0x7f; }))
        << warning;
  }
}

TEST_F(Unpack, ALinkThatLiesInTheWayIsNotFollowed) {
  fs::create_directories(dir_.path() / "data/artifacts/1-1");
  fs::create_directory_symlink(dir_.path(), dir_.path() / "data/artifacts/1-1/out");
  {
    auto each = tar();
    each.file("artifacts/out/escaped", "x");
    each.file("artifacts/good", "good");
  }
  const auto info = unpack();
  EXPECT_EQ(info.files, (Files{{"good", 4}}));
  EXPECT_EQ(info.warnings.size(), 1u);
  EXPECT_FALSE(fs::exists(dir_.path() / "escaped"));
}

TEST_F(Unpack, ANameThatIsThereTwiceIsKeptOnce) {
  {
    auto each = tar();
    each.file("artifacts/a", "first");
    each.file("artifacts/a", "second");
    each.file("artifacts/a/b", "below a file");
  }
  const auto info = unpack();
  EXPECT_EQ(info.files, (Files{{"a", 5}}));
  EXPECT_EQ(info.warnings.size(), 2u);
  EXPECT_EQ(content("a"), "first");
}

TEST_F(Unpack, TooMuchIsLeftOutAndSaid) {
  {
    auto each = tar();
    each.file("artifacts/large", std::string(2000, 'x'));
    each.file("artifacts/a", std::string(600, 'x'));
    each.file("artifacts/b", std::string(600, 'x'));
    each.file("artifacts/c", std::string(400, 'x'));
  }
  const auto info = unpack(1000);
  EXPECT_EQ(info.files, (Files{{"a", 600}, {"c", 400}}));
  EXPECT_EQ(info.warnings.size(), 2u);
}

TEST_F(Unpack, TooManyFilesTooLongNamesTooDeep) {
  {
    auto each = tar();
    each.file("artifacts/" + std::string(limits::kArtifactPathBytes + 1, 'a'), "x");
    each.file("artifacts/" + std::string(256, 'a'), "x");
    std::string deep = "artifacts/";
    for (std::size_t i = 0; i <= limits::kArtifactDepth; ++i) deep += "d/";
    each.file(deep + "f", "x");
    for (std::size_t i = 0; i < limits::kArtifactFiles + 5; ++i) {
      each.file("artifacts/f" + std::to_string(i), "");
    }
  }
  const auto info = unpack();
  EXPECT_EQ(info.files.size(), limits::kArtifactFiles);
  ASSERT_EQ(info.warnings.size(), 4u);
  EXPECT_EQ(info.warnings[3], "there are more than 1000 artifacts; the rest was not kept");
}

TEST_F(Unpack, AMillionLinksAreAFewWarnings) {
  {
    auto each = tar();
    for (std::size_t i = 0; i < limits::kArtifactFiles * 11; ++i) {
      each.add("artifacts/l" + std::to_string(i), AE_IFLNK, {}, 0777, "/");
    }
  }
  EXPECT_LE(unpack().warnings.size(), limits::kArtifactWarnings + 1);
}

TEST_F(Unpack, ATarThatIsBrokenOrCutKeepsWhatCameBefore) {
  {
    auto each = tar();
    each.file("artifacts/a", "whole");
    each.file("artifacts/b", std::string(900, 'x'));
  }
  const auto size = fs::file_size(dir_.path() / "t.tar");
  for (std::uintmax_t bytes = 0; bytes < size; bytes += 97) {
    fs::remove_all(dir_.path() / "data");
    fs::resize_file(dir_.path() / "t.tar", size);
    {
      auto each = tar();
      each.file("artifacts/a", "whole");
      each.file("artifacts/b", std::string(900, 'x'));
    }
    fs::resize_file(dir_.path() / "t.tar", bytes);
    const auto info = unpack();
    for (const auto& file : info.files) EXPECT_EQ(content(file.path).size(), file.bytes) << bytes;
    EXPECT_EQ(on_disk().size(), info.files.size()) << bytes;
  }
}

TEST_F(Unpack, WhatIsNoFolderAnyMoreIsSaid) {
  {
    TarFile each(dir_.file("t.tar"));
    each.add("artifacts", AE_IFLNK, {}, 0777, "/etc");
  }
  EXPECT_EQ(unpack().warnings,
            Texts{"TEST_ARTIFACTS is no folder any more, so nothing of it was kept"});
}

}  // namespace
}  // namespace testlooper::docker
