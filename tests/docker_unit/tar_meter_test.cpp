#include "docker/tar_meter.hpp"

#include <gtest/gtest.h>

#include "docker/tar.hpp"

namespace testlooper::docker {
namespace {

struct Metered {
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
};

Metered meter(const std::string& tar, std::size_t piece) {
  TarMeter meter;
  for (std::size_t at = 0; at < tar.size(); at += piece) {
    EXPECT_TRUE(meter.feed(std::string_view(tar).substr(at, piece)));
  }
  return {meter.bytes(), meter.entries()};
}

// As tools write it that have no room for a size or a name in the header itself.
std::string header(char type, const std::string& size) {
  std::string block(512, '\0');
  block.replace(0, 4, "name");
  block.replace(124, size.size(), size);
  block[156] = type;
  return block;
}

TEST(TarMeter, content_is_added_up_wherever_the_pieces_are_cut) {
  const std::string text(1000, 'x');
  const auto tar = tar_of_files({{"/a/b", text}, {"/a/c", ""}, {"/d", "12345"}});
  for (const std::size_t piece : {1u, 7u, 512u, 513u, 100'000u}) {
    const auto metered = meter(tar, piece);
    EXPECT_EQ(metered.bytes, 1005u) << piece;
    EXPECT_GE(metered.entries, 3u);
  }
}

TEST(TarMeter, an_empty_folder_is_one_entry) {
  const auto tar = header('5', "00000000000") + std::string(1024, '\0');
  EXPECT_EQ(meter(tar, 100).entries, 1u);
  EXPECT_EQ(meter(tar, 100).bytes, 0u);
}

TEST(TarMeter, sizes_beyond_the_header_count) {
  const std::string record = "21 size=100000000000\n";
  auto extension = record;
  extension.resize(512, '\0');
  TarMeter extended;
  ASSERT_TRUE(extended.feed(header('x', "00000000025") + extension + header('0', "00000000000")));
  EXPECT_EQ(extended.bytes(), 100'000'000'000u);
  EXPECT_EQ(extended.entries(), 1u);

  TarMeter binary;
  ASSERT_TRUE(binary.feed(header('0', std::string("\x80\0\0\0\0\0\0\x17\x48\x76\xe8\0", 12))));
  EXPECT_EQ(binary.bytes(), 100'000'000'000u);
}

TEST(TarMeter, what_is_no_tar_is_refused) {
  TarMeter meter;
  EXPECT_FALSE(meter.feed(std::string(512, 'z')));
}

}  // namespace
}  // namespace testlooper::docker
