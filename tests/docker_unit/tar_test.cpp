#include "docker/tar.hpp"

#include <fstream>
#include <sstream>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "docker/users.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::docker {
namespace {

// One line an entry: path, kind, mode, owner, size.
std::string listing(const std::string& tar) {
  archive* reader = archive_read_new();
  archive_read_support_format_tar(reader);
  EXPECT_EQ(archive_read_open_memory(reader, tar.data(), tar.size()), ARCHIVE_OK);
  std::ostringstream lines;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
    const auto type = archive_entry_filetype(entry);
    lines << archive_entry_pathname(entry) << ' '
          << (type == AE_IFDIR   ? 'd'
              : type == AE_IFLNK ? 'l'
                                 : 'f')
          << ' ' << std::oct << archive_entry_perm(entry) << std::dec << ' '
          << archive_entry_uid(entry) << ':' << archive_entry_gid(entry) << ' '
          << archive_entry_size(entry) << '\n';
  }
  archive_read_free(reader);
  return lines.str();
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_link(const std::string& path) {
  archive* writer = archive_write_new();
  archive_write_set_format_gnutar(writer);
  ASSERT_EQ(archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, "testlooper/repo/\xff/link");
  archive_entry_set_filetype(entry, AE_IFLNK);
  archive_entry_set_symlink(entry, "/etc/shadow");
  ASSERT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
  archive_entry_free(entry);
  archive_write_free(writer);
}

TEST(Tar, inputs_are_for_everybody) {
  EXPECT_EQ(listing(tar_of_files({{"/testlooper/io/a", "12345"}, {"/testlooper/io/b", ""}})),
            "testlooper/io/a f 666 0:0 5\ntestlooper/io/b f 666 0:0 0\n");
}

TEST(Tar, the_folders_of_a_run) {
  EXPECT_EQ(listing(tar_of_folders({1000, 100})),
            "testlooper/ d 755 0:0 0\n"
            "testlooper/repo/ d 755 1000:100 0\n"
            "testlooper/io/ d 777 0:0 0\n"
            "testlooper/io/artifacts/ d 777 0:0 0\n"
            "testlooper/output/ d 755 1000:100 0\n");
}

TEST(Tar, one_file_comes_back) {
  const auto content = read_only_file(tar_of_files({{"/report", "all is well"}}));
  ASSERT_TRUE(content);
  EXPECT_EQ(*content, "all is well");
}

TEST(Tar, a_link_or_a_folder_is_no_file) {
  testlooper::testing::TempDir dir;
  write_link(dir.file("t"));
  EXPECT_EQ(read_only_file(bytes_of(dir.file("t"))).value(), std::nullopt);
  EXPECT_EQ(read_only_file(tar_of_folders({})).value(), std::nullopt);
}

TEST(Tar, a_tar_that_was_cut_is_an_error) {
  const std::string report(5000, 'x');
  const std::string tar = tar_of_files({{"/report", report}});
  for (const std::size_t size : {0uz, 100uz, 600uz, 5000uz}) {
    EXPECT_FALSE(read_only_file(tar.substr(0, size))) << size;
  }
}

TEST(Tar, everything_is_given_to_the_owner_with_the_folders_that_only_paths_name) {
  testlooper::testing::TempDir dir;
  std::ofstream(dir.file("from"), std::ios::binary)
      << tar_of_files({{"/testlooper/repo/a/b/c.py", "print()"}, {"/testlooper/repo/a/d.py", "x"}});
  ASSERT_TRUE(rewrite_owner(dir.file("from"), dir.file("to"), {1000, 100}));
  EXPECT_EQ(listing(bytes_of(dir.file("to"))),
            "testlooper/repo/ d 755 1000:100 0\n"
            "testlooper/repo/a/ d 755 1000:100 0\n"
            "testlooper/repo/a/b/ d 755 1000:100 0\n"
            "testlooper/repo/a/b/c.py f 666 1000:100 7\n"
            "testlooper/repo/a/d.py f 666 1000:100 1\n");
}

TEST(Tar, links_and_names_that_are_no_text_keep_what_they_are) {
  testlooper::testing::TempDir dir;
  write_link(dir.file("from"));
  ASSERT_TRUE(rewrite_owner(dir.file("from"), dir.file("to"), {1000, 100}));
  EXPECT_NE(listing(bytes_of(dir.file("to"))).find("testlooper/repo/\xff/link l "),
            std::string::npos);
  EXPECT_NE(bytes_of(dir.file("to")).find("/etc/shadow"), std::string::npos);
}

TEST(Tar, a_tar_that_is_not_there_is_an_error) {
  testlooper::testing::TempDir dir;
  EXPECT_FALSE(rewrite_owner(dir.file("none"), dir.file("to"), {}));
}

constexpr const char* kPasswd =
    "root:x:0:0:root:/root:/bin/bash\nbob:x:1001:1002:Bob:/home/bob:/bin/sh\n";
constexpr const char* kGroup = "root:x:0:\nbob:x:1002:\nstaff:x:50:bob\n";

TEST(Users, names_and_numbers) {
  const auto owner = [](const char* user) { return resolve_user(user, kPasswd, kGroup).value(); };
  EXPECT_EQ(owner("bob"), (Owner{1001, 1002}));
  EXPECT_EQ(owner("1001"), (Owner{1001, 1002}));
  EXPECT_EQ(owner("4711"), (Owner{4711, 0}));
  EXPECT_EQ(owner("bob:staff"), (Owner{1001, 50}));
  EXPECT_EQ(owner("4711:4712"), (Owner{4711, 4712}));
}

TEST(Users, an_unknown_name_is_the_images_fault) {
  EXPECT_EQ(resolve_user("eve", kPasswd, kGroup).error().kind, ErrorKind::invalid);
  EXPECT_EQ(resolve_user("bob:eve", kPasswd, kGroup).error().kind, ErrorKind::invalid);
  EXPECT_EQ(resolve_user("-1", "", "").error().kind, ErrorKind::invalid);
}

TEST(Users, root_in_all_its_spellings) {
  for (const char* user : {"", "root", "0", "root:staff", "0:0"}) EXPECT_TRUE(is_root(user));
  for (const char* user : {"bob", "1000", "1000:0", "rooty"}) EXPECT_FALSE(is_root(user));
}

}  // namespace
}  // namespace testlooper::docker
