#include "lineage/git_lineage_finder.hpp"

#include "testlooper/base/limits.hpp"

#include "lineage/continued.hpp"

namespace testlooper::lineage {
namespace {

// A file that can't be read, or is too large, tells nothing of its tests.
void read_text(RepoReader& reader, const std::string& git_dir, const std::string& sha,
               const std::string& path, std::map<std::string, std::string>& texts) {
  if (path.empty()) return;
  auto text = reader.file(git_dir, sha, path, limits::kLineageFileBytes);
  if (text) texts.emplace(path, std::move(*text));
}

}  // namespace

Result<std::vector<Continued>> GitLineageFinder::find(const LineageQuery& query) {
  if (query.tests.gone.empty() || query.tests.added.empty()) return std::vector<Continued>{};
  const auto files = reader_.changed_files(query.git_dir, query.before, query.after);
  if (!files) return std::unexpected(files.error());
  SourceTexts texts;
  for (const auto& file : files_to_read(query.tests, *files)) {
    read_text(reader_, query.git_dir, query.before, file.before, texts.before);
    read_text(reader_, query.git_dir, query.after, file.after, texts.after);
  }
  return find_continued(query.tests, *files, texts);
}

}  // namespace testlooper::lineage
