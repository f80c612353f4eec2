// A commit's tree as a map; a folder's id is made of what is in it.
#pragma once

#include <map>
#include <string>

#include "testlooper/ports/repo_reader.hpp"

namespace testlooper::executor {

class FakeTree : public RepoReader {
 public:
  std::map<std::string, std::string> files;

  Result<TreeEntry> entry(const std::string&, const std::string&,
                          const std::string& path) override {
    if (const auto found = files.find(path); found != files.end()) {
      return TreeEntry{.oid = "blob " + found->second, .is_tree = false};
    }
    std::string inside;
    for (const auto& [name, content] : files) {
      if (path.empty() || name.starts_with(path + "/")) inside += name + "=" + content + ";";
    }
    if (inside.empty()) return not_found("nothing at " + path);
    return TreeEntry{.oid = "tree " + inside, .is_tree = true};
  }
  Result<std::string> file(const std::string&, const std::string&, const std::string& path,
                           std::size_t) override {
    const auto found = files.find(path);
    if (found == files.end()) return not_found("nothing at " + path);
    return found->second;
  }
  Result<std::string> git_dir_of(const RepoSpec&) override { return unavailable("not used"); }
  Result<RefsObserved> scan(const ScanRequest&) override { return unavailable("not used"); }
  Result<std::string> resolve(const std::string&, const std::string&) override {
    return unavailable("not used");
  }
  Result<std::vector<CommitInfo>> history(const std::string&, const HistoryRange&) override {
    return unavailable("not used");
  }
  Result<std::vector<FileChange>> changed_files(const std::string&, const std::string&,
                                                const std::string&) override {
    return unavailable("not used");
  }
  Result<void> write_tar(const std::string&, const std::string&, const std::string&,
                         const std::string&, const std::string&) override {
    return unavailable("not used");
  }
  Result<void> write_tar_of(const std::string&, const std::string&, const std::vector<std::string>&,
                            const std::string&, const std::string&) override {
    return unavailable("not used");
  }
  Result<void> pin(const std::string&, const std::vector<std::string>&) override { return {}; }
};

}  // namespace testlooper::executor
