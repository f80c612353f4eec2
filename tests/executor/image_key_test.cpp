#include "executor/image_key.hpp"

#include <gtest/gtest.h>

#include "fake_tree.hpp"

namespace testlooper::executor {
namespace {

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
