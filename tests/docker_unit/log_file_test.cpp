#include "docker/log_file.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace testlooper::docker {
namespace {

constexpr std::size_t kMuch = 1u << 30;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class LogFileTest : public ::testing::Test {
 protected:
  LogFile open(std::uint64_t cap) {
    auto file = LogFile::open(path_, cap);
    EXPECT_TRUE(file);
    return std::move(*file);
  }
  std::string stream(Output which) {
    const auto text = read_stream(path_, which, kMuch);
    EXPECT_TRUE(text);
    return text.value_or("");
  }
  std::uint64_t bytes_on_disk() const {
    std::uint64_t total = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
      if (entry.is_regular_file()) total += entry.file_size();
    }
    return total;
  }

  testlooper::testing::TempDir dir_;
  std::string path_ = dir_.file("logs/7/log");
};

TEST_F(LogFileTest, a_log_that_continues_another_keeps_it_and_its_index) {
  LogFile first = open(1 << 20);
  ASSERT_TRUE(first.append(Output::out, "one\n"));
  ASSERT_TRUE(first.close());
  auto second = LogFile::open(path_, 1 << 20, true);
  ASSERT_TRUE(second);
  ASSERT_TRUE(second->append(Output::out, "two\n"));
  ASSERT_TRUE(second->append(Output::err, "three\n"));
  const auto totals = second->close();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->bytes, 14u);
  EXPECT_EQ(stream(Output::out), "one\ntwo\n");
  EXPECT_EQ(stream(Output::err), "three\n");
  std::string rest;
  ASSERT_TRUE(read_log(path_, 4, [&](std::string_view bytes) { rest += bytes; }));
  EXPECT_EQ(rest, "two\nthree\n");
}

TEST_F(LogFileTest, keeps_the_order_of_arrival_and_tells_the_streams_apart) {
  LogFile log = open(1 << 20);
  ASSERT_TRUE(log.append(Output::out, "a\n"));
  ASSERT_TRUE(log.append(Output::err, "b\n"));
  ASSERT_TRUE(log.append(Output::err, "c\n"));
  ASSERT_TRUE(log.append(Output::out, "d\n"));
  const auto totals = log.close();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->bytes, 8u);
  EXPECT_EQ(totals->dropped, 0u);
  EXPECT_EQ(content(path_), "a\nb\nc\nd\n");
  EXPECT_EQ(stream(Output::out), "a\nd\n");
  EXPECT_EQ(stream(Output::err), "b\nc\n");
  EXPECT_EQ(content(path_ + ".idx"), std::string("\0\0\0\0\0\0\0\0\1"
                                                 "\2\0\0\0\0\0\0\0\2"
                                                 "\6\0\0\0\0\0\0\0\1",
                                                 27));
}

TEST_F(LogFileTest, an_empty_log_is_a_log) {
  LogFile log = open(1 << 20);
  ASSERT_TRUE(log.close());
  EXPECT_EQ(content(path_), "");
  EXPECT_EQ(stream(Output::out), "");
}

TEST_F(LogFileTest, readers_see_what_was_flushed) {
  LogFile log = open(1 << 20);
  ASSERT_TRUE(log.append(Output::out, "a\n"));
  ASSERT_TRUE(log.flush());
  EXPECT_EQ(log.bytes(), 2u);
  EXPECT_EQ(content(path_), "a\n");
}

TEST_F(LogFileTest, up_to_the_cap_nothing_is_left_out) {
  LogFile log = open(4096);
  const std::string text = std::string(2000, 'h') + std::string(2096, 't');
  ASSERT_TRUE(log.append(Output::out, text));
  const auto totals = log.close();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->dropped, 0u);
  EXPECT_EQ(content(path_), text);
}

TEST_F(LogFileTest, beyond_the_cap_the_head_and_the_tail_are_kept) {
  LogFile log = open(4096);
  std::string all;
  for (int i = 0; i < 10'000; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    all += line;
    ASSERT_TRUE(log.append(i % 3 == 0 ? Output::err : Output::out, line));
  }
  const auto totals = log.close();
  ASSERT_TRUE(totals);
  const std::uint64_t dropped = all.size() - 4096;
  EXPECT_EQ(totals->dropped, dropped);
  const std::string marker = "[testlooper: " + std::to_string(dropped) + " bytes left out]\n";
  const std::string head = all.substr(0, 2048);
  const std::string expected =
      head + (head.back() == '\n' ? "" : "\n") + marker + all.substr(all.size() - 2048);
  EXPECT_EQ(content(path_), expected);
  EXPECT_EQ(totals->bytes, expected.size());
  EXPECT_LE(bytes_on_disk(), expected.size() + 200'000) << "the index, and no tail";
}

TEST_F(LogFileTest, the_streams_are_told_apart_in_the_tail_too_and_both_show_the_gap) {
  LogFile log = open(2048);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(log.append(Output::out, "ooo\n"));
    ASSERT_TRUE(log.append(Output::err, "eeeeeee\n"));
  }
  ASSERT_TRUE(log.close());
  for (const auto& [which, foreign] : {std::pair{Output::out, 'e'}, std::pair{Output::err, 'o'}}) {
    std::istringstream lines(stream(which));
    std::string line;
    int gaps = 0;
    int others = 0;
    while (std::getline(lines, line)) {
      gaps += line.starts_with("[testlooper: ");
      others += !line.starts_with("[") && line.find(foreign) != line.npos;
    }
    EXPECT_EQ(gaps, 1);
    EXPECT_EQ(others, 0);
  }
}

TEST_F(LogFileTest, a_flood_is_held_to_the_cap_also_where_streams_alternate_with_each_byte) {
  constexpr std::uint64_t kCap = 1 << 20;
  LogFile log = open(kCap);
  for (int i = 0; i < 3'000'000; ++i) {
    ASSERT_TRUE(log.append(i % 2 == 0 ? Output::out : Output::err, "x"));
  }
  EXPECT_LE(bytes_on_disk(), kCap + (2u << 20));
  ASSERT_TRUE(log.close());
  EXPECT_LE(bytes_on_disk(), kCap + (2u << 20));
  const auto out = stream(Output::out);
  EXPECT_NEAR(static_cast<double>(out.size()), static_cast<double>(stream(Output::err).size()), 2);
  EXPECT_GT(out.size(), 60'000u);
}

TEST_F(LogFileTest, pieces_larger_than_everything_are_cut_to_fit) {
  LogFile log = open(4096);
  std::string piece(10u << 20, 'x');
  piece += "end";
  ASSERT_TRUE(log.append(Output::out, "begin"));
  ASSERT_TRUE(log.append(Output::out, piece));
  ASSERT_TRUE(log.close());
  EXPECT_TRUE(content(path_).starts_with("begin"));
  EXPECT_TRUE(content(path_).ends_with("xend"));
  EXPECT_LT(content(path_).size(), 4300u);
}

TEST_F(LogFileTest, a_stream_that_is_larger_than_asked_for_is_an_error) {
  LogFile log = open(4096);
  ASSERT_TRUE(log.append(Output::out, "12345"));
  ASSERT_TRUE(log.close());
  EXPECT_TRUE(read_stream(path_, Output::out, 5));
  EXPECT_EQ(read_stream(path_, Output::out, 4).error().kind, ErrorKind::invalid);
  EXPECT_EQ(read_stream(path_ + "x", Output::out, 4).error().kind, ErrorKind::not_found);
}

TEST_F(LogFileTest, an_index_that_was_cut_or_lies_is_survived) {
  LogFile log = open(4096);
  ASSERT_TRUE(log.append(Output::out, "12345"));
  ASSERT_TRUE(log.close());
  std::ofstream(path_ + ".idx", std::ios::binary | std::ios::app)
      << std::string("\xff\xff\xff\xff\xff\xff\xff\xff\1\3\0\0\0", 13);
  EXPECT_EQ(stream(Output::out), "12345");
}

TEST_F(LogFileTest, a_full_disk_is_an_error_and_not_a_crash) {
  std::filesystem::create_directories(dir_.path() / "logs/7");
  std::filesystem::create_symlink("/dev/full", path_);
  LogFile log = open(1 << 20);
  ASSERT_TRUE(log.append(Output::out, "a"));
  const auto flushed = log.flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::unavailable);
  EXPECT_NE(flushed.error().message.find("No space left"), std::string::npos);
  EXPECT_FALSE(log.append(Output::out, "b"));
  EXPECT_FALSE(log.close());
}

TEST_F(LogFileTest, a_folder_that_cant_be_made_is_an_error) {
  std::ofstream(dir_.file("logs")) << "a file";
  const auto log = LogFile::open(path_, 4096);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace testlooper::docker
