#include "executor/image_key.hpp"

#include <map>

#include <gtest/gtest.h>

namespace testlooper::executor {
namespace {

// A commit's tree as a map; a folder's id is made of what is in it.
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
  Result<void> write_tar(const std::string&, const std::string&, const std::string&,
                         const std::string&, const std::string&) override {
    return unavailable("not used");
  }
  Result<void> pin(const std::string&, const std::vector<std::string>&) override { return {}; }
};

ImageSpec dockerfile_at(const std::string& path) {
  ImageSpec spec;
  spec.source = ImageSource::dockerfile;
  spec.dockerfile = path;
  return spec;
}

std::string key_of(FakeTree& tree, const ImageSpec& spec) {
  return image_key({tree, "git", "sha"}, spec).value();
}

TEST(ImageKey, ANamedImageIsItsName) {
  FakeTree tree;
  ImageSpec spec;
  spec.name = "registry.example:5000/python:3.10";
  EXPECT_EQ(named_image(key_of(tree, spec)), spec.name);
}

TEST(ImageKey, OnlyWhatTheDockerfileReadsMatters) {
  FakeTree tree;
  tree.files = {{"Dockerfile", "FROM base\nCOPY req.txt /\n"}, {"req.txt", "a"}, {"code.py", "1"}};
  const auto before = key_of(tree, dockerfile_at("Dockerfile"));
  tree.files["code.py"] = "2";
  EXPECT_EQ(key_of(tree, dockerfile_at("Dockerfile")), before);
  tree.files["req.txt"] = "b";
  EXPECT_NE(key_of(tree, dockerfile_at("Dockerfile")), before);
}

TEST(ImageKey, ADockerfileThatCopiesEverythingDependsOnEverything) {
  FakeTree tree;
  tree.files = {{"Dockerfile", "FROM base\nCOPY . /app\n"}, {"code.py", "1"}};
  const auto before = key_of(tree, dockerfile_at("Dockerfile"));
  tree.files["code.py"] = "2";
  EXPECT_NE(key_of(tree, dockerfile_at("Dockerfile")), before);
}

TEST(ImageKey, AFolderStandsForTheDockerfileInIt) {
  FakeTree tree;
  tree.files = {{"env/Dockerfile", "FROM base\n"}};
  EXPECT_EQ(key_of(tree, dockerfile_at("env")), key_of(tree, dockerfile_at("env/Dockerfile")));
}

TEST(ImageKey, AMissingDockerfileIsTheRepositorysError) {
  FakeTree tree;
  const auto key = image_key({tree, "git", "sha"}, dockerfile_at("gone"));
  EXPECT_EQ(key.error().kind, ErrorKind::invalid);
  EXPECT_EQ(key.error().message, "the commit has no Dockerfile at 'gone'");
}

TEST(ImageKey, AnUnsupportedImageHasNoKey) {
  FakeTree tree;
  ImageSpec spec;
  spec.source = ImageSource::unsupported;
  EXPECT_EQ(key_of(tree, spec), "");
}

}  // namespace
}  // namespace testlooper::executor
