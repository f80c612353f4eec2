// libarchive's objects as things that free themselves.
#pragma once

#include <memory>
#include <new>

#include <archive.h>
#include <archive_entry.h>

namespace testlooper::docker {

struct ArchiveDeleter {
  void operator()(archive* a) const { archive_free(a); }
};
struct EntryDeleter {
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};
using Archive = std::unique_ptr<archive, ArchiveDeleter>;
using Entry = std::unique_ptr<archive_entry, EntryDeleter>;

// Reads tar files, and an empty file as a tar without entries.
inline Archive new_tar_reader() {
  Archive reader(archive_read_new());
  if (!reader) throw std::bad_alloc();
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_empty(reader.get());
  return reader;
}

}  // namespace testlooper::docker
