// Sources that people name while the server runs.
#include <filesystem>

#include "git/reader_fixture.hpp"

namespace testlooper::git {
namespace {

class SourcesTest : public ReaderTest {};

TEST_F(SourcesTest, APathIsARepositoryOrIsNamedInTheError) {
  const auto repo = GitRepo::bare(file("calc.git"));
  EXPECT_EQ(reader_.probe(spec(repo.path())).value(), repo.path());
  EXPECT_FALSE(reader_.is_cloned(spec(repo.path())));
  for (const auto& bad : {file("nothing"), dir_.path().string()}) {
    const auto found = reader_.probe(spec(bad));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::invalid);
    EXPECT_TRUE(found.error().text().contains(bad)) << found.error().text();
  }
}

TEST_F(SourcesTest, AUrlThatSaysNoIsRefusedAndOneThatIsSilentIsTakenForSlow) {
  auto repo = GitRepo::bare(file("calc.git"));
  repo.commit({});
  EXPECT_TRUE(reader_.probe(spec(repo.file_url())));
  const auto refused = reader_.probe(spec("file://" + file("nothing")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(refused.error().text().starts_with("file://" + file("nothing") + ": can't be read: "))
      << refused.error().text();
  GitRepoReader hasty{file("clones"),
                      {.fetch = {.silence = Milliseconds{1}, .total = Milliseconds{1}}}};
  EXPECT_TRUE(hasty.probe(spec("file://" + file("nothing")))) << "it had no time to answer";
}

TEST_F(SourcesTest, AForgottenCloneIsGoneAndCanBeMadeAgain) {
  auto repo = GitRepo::bare(file("calc.git"));
  repo.commit({});
  const auto url = spec(repo.file_url());
  scan(url);
  const auto clone = reader_.git_dir_of(url).value();
  EXPECT_TRUE(std::filesystem::exists(clone));
  EXPECT_TRUE(reader_.forget(url));
  EXPECT_TRUE(reader_.forget(url)) << "again is harmless";
  EXPECT_FALSE(std::filesystem::exists(clone));
  EXPECT_EQ(scan(url).branches.size(), 1u);
  EXPECT_TRUE(reader_.forget(spec(repo.path())));
  EXPECT_TRUE(std::filesystem::exists(repo.path())) << "a path is not ours to delete";
}

}  // namespace
}  // namespace testlooper::git
