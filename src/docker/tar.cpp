#include "docker/tar.hpp"

#include <array>
#include <new>
#include <set>

#include "testlooper/base/check.hpp"
#include "testlooper/ports/container_host.hpp"

#include "docker/libarchive.hpp"

namespace testlooper::docker {
namespace {

constexpr std::size_t kBlockBytes = 64u << 10;
constexpr std::size_t kPathDepth = 1'000;

std::unexpected<Error> tar_error(archive* a, const std::string& path) {
  const char* text = archive_error_string(a);
  return unavailable(text != nullptr ? text : "the tar is broken", path);
}

Archive new_writer() {
  Archive writer(archive_write_new());
  if (!writer) throw std::bad_alloc();
  archive_write_set_format_gnutar(writer.get());
  archive_write_add_filter_none(writer.get());
  return writer;
}

Entry new_entry(const std::string& path, unsigned type, unsigned mode, Owner owner) {
  Entry entry(archive_entry_new());
  if (!entry) throw std::bad_alloc();
  archive_entry_set_pathname(entry.get(), path.c_str());
  archive_entry_set_filetype(entry.get(), type);
  archive_entry_set_perm(entry.get(), mode);
  archive_entry_set_uid(entry.get(), owner.uid);
  archive_entry_set_gid(entry.get(), owner.gid);
  archive_entry_set_mtime(entry.get(), 0, 0);
  return entry;
}

la_ssize_t append_bytes(archive* /*writer*/, void* to, const void* bytes, std::size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

// A tar in memory; what is added can't fail but for memory.
class MemoryTar {
 public:
  MemoryTar() : writer_(new_writer()) {
    archive_write_set_bytes_in_last_block(writer_.get(), 1);
    TL_CHECK(archive_write_open(writer_.get(), &bytes_, nullptr, append_bytes, nullptr) ==
             ARCHIVE_OK);
  }
  void add(const std::string& path, unsigned mode, std::string_view content) {
    const Entry entry = new_entry(path, AE_IFREG, mode, {});
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    TL_CHECK(archive_write_header(writer_.get(), entry.get()) >= ARCHIVE_WARN);
    TL_CHECK(archive_write_data(writer_.get(), content.data(), content.size()) ==
             static_cast<la_ssize_t>(content.size()));
  }
  void add_folder(const std::string& path, unsigned mode, Owner owner) {
    const Entry entry = new_entry(path + "/", AE_IFDIR, mode, owner);
    TL_CHECK(archive_write_header(writer_.get(), entry.get()) >= ARCHIVE_WARN);
  }
  std::string take() {
    TL_CHECK(archive_write_close(writer_.get()) == ARCHIVE_OK);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
  Archive writer_;
};

// Tar files name paths from the root without the slash in front.
std::string relative(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

// Writes an entry for each folder above `path`, from the repository's own downwards, that has none.
bool add_parents(archive* writer, std::string_view path, Owner owner,
                 std::set<std::string>& known) {
  const std::string root = relative(kRepoRoot);
  if (!path.starts_with(root + "/")) return true;
  std::size_t end = root.size();
  for (std::size_t depth = 0; end != path.npos && depth < kPathDepth; ++depth) {
    const std::string folder(path.substr(0, end));
    end = path.find('/', end + 1);
    if (!known.insert(folder).second) continue;
    const Entry entry = new_entry(folder + "/", AE_IFDIR, 0755, owner);
    if (archive_write_header(writer, entry.get()) < ARCHIVE_WARN) return false;
  }
  return true;
}

bool copy_content(archive* reader, archive* writer) {
  std::array<char, kBlockBytes> block;
  while (true) {
    const la_ssize_t size = archive_read_data(reader, block.data(), block.size());
    if (size == 0) return true;
    if (size < 0) return false;
    if (archive_write_data(writer, block.data(), static_cast<std::size_t>(size)) != size) {
      return false;
    }
  }
}

}  // namespace

std::string tar_of_files(const std::map<std::string, std::string_view>& files) {
  MemoryTar tar;
  for (const auto& [path, content] : files) tar.add(relative(path), 0666, content);
  return tar.take();
}

std::string tar_of_program(const std::string& name, std::string_view content) {
  MemoryTar tar;
  tar.add(name, 0755, content);
  return tar.take();
}

std::string tar_of_folders(Owner owner) {
  MemoryTar tar;
  tar.add_folder("testlooper", 0755, {});
  tar.add_folder(relative(kRepoRoot), 0755, owner);
  tar.add_folder(relative(kIoFolder), 0777, {});
  tar.add_folder(relative(kArtifactsFolder), 0777, {});
  tar.add_folder(relative(kOutputFolder), 0755, owner);
  return tar.take();
}

Result<std::optional<std::string>> read_only_file(std::string_view tar) {
  const Archive reader = new_tar_reader();
  if (archive_read_open_memory(reader.get(), tar.data(), tar.size()) != ARCHIVE_OK) {
    return tar_error(reader.get(), "tar from docker");
  }
  archive_entry* entry = nullptr;
  if (archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK) {
    return tar_error(reader.get(), "tar from docker");
  }
  const bool regular =
      archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr;
  if (!regular) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(archive_entry_size(entry));
  if (size > tar.size()) return unavailable("the tar is cut", "tar from docker");
  std::string content(size, '\0');
  if (archive_read_data(reader.get(), content.data(), content.size()) !=
      static_cast<la_ssize_t>(size)) {
    return tar_error(reader.get(), "tar from docker");
  }
  return content;
}

Result<void> rewrite_owner(const std::string& from, const std::string& to, Owner owner) {
  const Archive reader = new_tar_reader();
  const Archive writer = new_writer();
  if (archive_read_open_filename(reader.get(), from.c_str(), kBlockBytes) != ARCHIVE_OK) {
    return tar_error(reader.get(), from);
  }
  if (archive_write_open_filename(writer.get(), to.c_str()) != ARCHIVE_OK) {
    return tar_error(writer.get(), to);
  }
  std::set<std::string> folders;
  while (true) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status < ARCHIVE_WARN) return tar_error(reader.get(), from);
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) return unavailable("the tar has an entry without a name", from);
    std::string path = name;
    archive_entry_set_uid(entry, owner.uid);
    archive_entry_set_gid(entry, owner.gid);
    archive_entry_set_uname(entry, nullptr);
    archive_entry_set_gname(entry, nullptr);
    while (path.ends_with('/')) path.pop_back();
    if (!add_parents(writer.get(), path, owner, folders)) return tar_error(writer.get(), to);
    if (archive_entry_filetype(entry) == AE_IFDIR) folders.insert(path);
    if (archive_write_header(writer.get(), entry) < ARCHIVE_WARN ||
        !copy_content(reader.get(), writer.get())) {
      return tar_error(writer.get(), to);
    }
  }
  if (archive_write_close(writer.get()) != ARCHIVE_OK) return tar_error(writer.get(), to);
  return {};
}

}  // namespace testlooper::docker
