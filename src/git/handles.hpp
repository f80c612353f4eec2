// libgit2's objects as owners. A handle belongs to one thread at a time, and must not outlive the
// Repository it came from.
#pragma once

#include <memory>

#include <git2.h>

namespace testlooper::git {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Freed<Free>>;

using Repository = Handle<git_repository, git_repository_free>;
using Reference = Handle<git_reference, git_reference_free>;
using ReferenceIterator = Handle<git_reference_iterator, git_reference_iterator_free>;
using Object = Handle<git_object, git_object_free>;
using Commit = Handle<git_commit, git_commit_free>;
using Walk = Handle<git_revwalk, git_revwalk_free>;
using Tree = Handle<git_tree, git_tree_free>;
using Entry = Handle<git_tree_entry, git_tree_entry_free>;
using Blob = Handle<git_blob, git_blob_free>;
using Odb = Handle<git_odb, git_odb_free>;
using ConfigFile = Handle<git_config, git_config_free>;
using ConfigEntry = Handle<git_config_entry, git_config_entry_free>;

}  // namespace testlooper::git
