#include "git/tar.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "testlooper/base/limits.hpp"

#include "git/library.hpp"
#include "git/text.hpp"
#include "git/tree.hpp"

namespace testlooper::git {
namespace {

using Archive = Handle<archive, archive_write_free>;
using ArchiveEntry = Handle<archive_entry, archive_entry_free>;

constexpr int kBlockBytes = 1 << 20;
constexpr std::uint64_t kEntryBytes =
    512;                                   // an entry's header counts too: empty files are not free
constexpr std::size_t kPathBytes = 4'095;  // more can't be unpacked on Linux
constexpr std::string_view kTooManyFiles = "the commit's files are more than {} bytes";

class TarFile {
 public:
  TarFile(git_repository* repo, const TarRequest& request) : repo_(repo), request_(request) {}

  Result<void> open(const std::string& out_file) {
    archive_.reset(archive_write_new());
    archive* a = archive_.get();
    // GNU's format keeps names as the bytes they are, of any length.
    const bool ok = archive_write_set_format_gnutar(a) == ARCHIVE_OK &&
                    archive_write_set_bytes_per_block(a, kBlockBytes) == ARCHIVE_OK &&
                    archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
                    archive_write_open_filename(a, out_file.c_str()) == ARCHIVE_OK;
    return ok ? Result<void>{} : broken();
  }

  Result<void> close() {
    return archive_write_close(archive_.get()) == ARCHIVE_OK ? Result<void>{} : broken();
  }

  Result<void> folder(const std::string& path) { return header(path, AE_IFDIR, 0755, "", 0); }

  Result<void> tree(const git_tree* tree, const std::string& folder_path, int depth) {
    if (depth > limits::kTreeDepth) return invalid("folders are nested too deeply", folder_path);
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
      const std::string_view name = git_tree_entry_name(entry);
      const std::string path = folder_path + std::string(name);
      // git writes no such tree, but somebody's own tool may have. The second of two entries with
      // one name could be written through a symbolic link that the first one made.
      if (name.empty() || name == "." || name == ".." || name.contains('/') ||
          !names.insert(name).second) {
        return invalid("the tree holds a name that no checkout would write", name_text(path));
      }
      if (!is_wanted(entry, path)) continue;
      if (auto done = one(entry, path, depth); !done) return done;
    }
    return {};
  }

  // What is written from now on is the tree itself, in a folder with a path of this length.
  void begin_tree(std::size_t prefix_bytes) { prefix_bytes_ = prefix_bytes; }

 private:
  // A folder on the way to what is wanted is wanted too.
  bool is_wanted(const git_tree_entry* entry, const std::string& path) const {
    if (!request_.only) return true;
    const auto below = [](std::string_view inner, std::string_view outer) {
      return inner.starts_with(outer) &&
             (inner.size() == outer.size() || inner[outer.size()] == '/');
    };
    const auto inner = std::string_view(path).substr(prefix_bytes_);
    const bool is_folder = git_tree_entry_filemode(entry) == GIT_FILEMODE_TREE;
    return std::ranges::any_of(*request_.only, [&](const std::string& each) {
      return below(inner, each) || (is_folder && below(each, inner));
    });
  }

  Result<void> one(const git_tree_entry* entry, const std::string& path, int depth) {
    const git_oid& id = *git_tree_entry_id(entry);
    switch (git_tree_entry_filemode(entry)) {
      case GIT_FILEMODE_TREE:
        return subtree(id, path, depth);
      case GIT_FILEMODE_COMMIT:
        return folder(path);
      case GIT_FILEMODE_LINK:
        return link(id, path);
      case GIT_FILEMODE_BLOB_EXECUTABLE:
        return file(id, path, 0755);
      default:
        return file(id, path, 0644);
    }
  }

  Result<void> subtree(const git_oid& id, const std::string& path, int depth) {
    git_tree* raw = nullptr;
    if (git_tree_lookup(&raw, repo_, &id) != 0) return std::unexpected(damaged("folder", id));
    const Tree below(raw);
    if (auto done = folder(path); !done) return done;
    return tree(below.get(), path + "/", depth + 1);
  }

  Result<void> link(const git_oid& id, const std::string& path) {
    const auto blob = read_blob(repo_, id);
    if (!blob) return std::unexpected(blob.error());
    const std::string target(content(blob->get()));
    if (target.empty() || target.size() > kPathBytes || target.contains('\0')) {
      return invalid("is a symbolic link to nowhere", name_text(path));
    }
    return header(path, AE_IFLNK, 0777, target, 0);
  }

  Result<void> file(const git_oid& id, const std::string& path, unsigned mode) {
    if (!odb_) {
      auto odb = open_odb(repo_);
      if (!odb) return std::unexpected(odb.error());
      odb_ = std::move(*odb);
    }
    const auto size = blob_size(odb_.get(), id);
    if (!size) return std::unexpected(size.error());
    if (auto done = header(path, AE_IFREG, mode, "", *size); !done) return done;
    const auto blob = read_blob(repo_, id);
    if (!blob) return std::unexpected(blob.error());
    const std::string_view bytes = content(blob->get());
    const la_ssize_t written = archive_write_data(archive_.get(), bytes.data(), bytes.size());
    return written == static_cast<la_ssize_t>(bytes.size()) ? Result<void>{} : broken();
  }

  Result<void> header(const std::string& path, unsigned type, unsigned mode,
                      const std::string& target, std::uint64_t size) {
    bytes_ += size + kEntryBytes;
    if (bytes_ > request_.max_bytes) {
      return invalid(fmt::format(kTooManyFiles, request_.max_bytes));
    }
    if (path.size() > kPathBytes) return invalid("the path is too long", name_text(path));
    const ArchiveEntry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), mode);
    archive_entry_set_mtime(entry.get(), request_.mtime_s, 0);
    if (type == AE_IFLNK) archive_entry_set_symlink(entry.get(), target.c_str());
    if (type == AE_IFREG) archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    return archive_write_header(archive_.get(), entry.get()) == ARCHIVE_OK ? Result<void>{}
                                                                           : broken();
  }

  std::unexpected<Error> broken() {
    const char* why = archive_error_string(archive_.get());
    return unavailable(fmt::format("the tar file can't be written: {}", why ? why : "no reason"));
  }

  git_repository* repo_;
  const TarRequest& request_;
  Archive archive_;
  Odb odb_;
  std::uint64_t bytes_ = 0;
  std::size_t prefix_bytes_ = 0;
};

Result<void> write_all(TarFile& tar, const git_tree* tree, const TarRequest& request,
                       const std::string& out_file) {
  const auto parts = path_parts(request.prefix);
  if (!parts) return std::unexpected(parts.error());
  if (auto done = tar.open(out_file); !done) return done;
  std::string folder;
  for (const std::string& part : *parts) {
    if (auto done = tar.folder(folder + part); !done) return done;
    folder += part + "/";
  }
  tar.begin_tree(folder.size());
  if (auto done = tar.tree(tree, folder, 0); !done) return done;
  return tar.close();
}

}  // namespace

Result<void> write_tree_tar(git_repository* repo, const git_tree* tree, const TarRequest& request,
                            const std::string& out_file) {
  TarFile tar(repo, request);
  auto done = write_all(tar, tree, request, out_file);
  if (!done) {
    std::error_code ignored;
    std::filesystem::remove(out_file, ignored);
  }
  return done;
}

}  // namespace testlooper::git
