#include "http/log_file.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_dir.hpp"

namespace testlooper::http {
namespace {

namespace fs = std::filesystem;

class LogFileTest : public ::testing::Test {
 protected:
  LogFileTest() {
    fs::create_directories(dir_.path() / "data/logs");
    write("data/logs/1.log", "out1err1out2");
    write("secret", "secret");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(dir_.file(name), std::ios::binary) << text;
  }
  std::string data() const { return dir_.file("data"); }
  std::string text(const std::string& path, LogStream stream = LogStream::both) const {
    auto slice = open_log(data(), path, stream);
    return slice ? slice->take(1000).value() : slice.error().message;
  }

  testing::TempDir dir_;
};

const std::string kGone = "this attempt has no log on the disk";

TEST_F(LogFileTest, ReadsBeneathTheDataFolder) {
  EXPECT_EQ(text("logs/1.log"), "out1err1out2");
  EXPECT_EQ(text("logs/2.log"), kGone);
}

TEST_F(LogFileTest, NoPathLeadsOutOfIt) {
  for (const auto& path : std::vector<std::string>{
           "../secret", "logs/../../secret", "logs/../logs/1.log", "./logs/1.log", "logs//1.log",
           "/logs/1.log", dir_.file("secret"), "", ".", "..", "logs", "logs/",
           std::string("logs/1.log\0x", 12) + "/"}) {
    EXPECT_EQ(text(path), kGone) << path;
  }
}

TEST_F(LogFileTest, NoLinkIsFollowed) {
  fs::create_symlink(dir_.file("secret"), dir_.file("data/logs/link.log"));
  fs::create_symlink("1.log", dir_.file("data/logs/inside.log"));
  fs::create_directory_symlink(dir_.path(), dir_.file("data/up"));
  ASSERT_EQ(::mkfifo(dir_.file("data/logs/fifo").c_str(), 0600), 0);
  for (const auto* path : {"logs/link.log", "logs/inside.log", "up/secret", "logs/fifo"}) {
    EXPECT_EQ(text(path), kGone) << path;
  }
}

TEST_F(LogFileTest, ASliceIsCutAndReadInPieces) {
  auto slice = open_log(data(), "logs/1.log", LogStream::both)->cut({2, 10});
  EXPECT_EQ(slice.bytes(), 8u);
  EXPECT_EQ(slice.take(5).value(), "t1err");
  EXPECT_EQ(slice.bytes(), 3u);
  EXPECT_EQ(slice.take(5).value(), "1ou");
  EXPECT_EQ(slice.take(5).value(), "");
}

TEST_F(LogFileTest, AFileThatShrinksIsAnErrorNotAShortAnswer) {
  auto slice = *open_log(data(), "logs/1.log", LogStream::both);
  write("data/logs/1.log", "out");
  EXPECT_EQ(slice.take(100).error().kind, ErrorKind::unavailable);
}

std::string record(char offset, char stream) {
  return std::string{offset, 0, 0, 0, 0, 0, 0, 0, stream};
}

TEST_F(LogFileTest, StreamsAreToldApartByTheIndex) {
  EXPECT_EQ(text("logs/1.log", LogStream::out), "this log does not tell its streams apart");
  write("data/logs/1.log.idx", record(0, 1) + record(4, 2) + record(8, 1));
  EXPECT_EQ(text("logs/1.log", LogStream::out), "out1out2");
  EXPECT_EQ(text("logs/1.log", LogStream::err), "err1");
  auto part = open_log(data(), "logs/1.log", LogStream::out)->cut({3, 6});
  EXPECT_EQ(part.take(100).value(), "1ou");
}

TEST_F(LogFileTest, OurOwnLinesAreOfBothStreams) {
  write("data/logs/1.log.idx", record(0, 1) + record(4, 2) + record(8, 0));
  EXPECT_EQ(text("logs/1.log", LogStream::out), "out1out2");
  EXPECT_EQ(text("logs/1.log", LogStream::err), "err1out2");
}

TEST_F(LogFileTest, ABrokenIndexGivesNoBytesThatAreNotThere) {
  write("data/logs/1.log.idx", record(4, 1) + record(2, 2) + record(100, 1) + "cut");
  EXPECT_EQ(text("logs/1.log", LogStream::out), "");
  EXPECT_EQ(text("logs/1.log", LogStream::err), "t1err1out2");
}

}  // namespace
}  // namespace testlooper::http
