// Names an image by what it is made of, so that commits share it as long as nothing it reads has
// changed. Reads git objects; blocks.
#pragma once

#include <optional>
#include <string>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/config.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/ports/repo_reader.hpp"

#include "codec/dockerfile.hpp"

namespace testlooper::executor {

// Where a commit's files are.
struct Tree {
  RepoReader& reader;
  std::string git_dir;
  std::string sha;
};

struct Dockerfile {
  std::string path;  // of the file itself, also where the spec names its folder
  std::string text;
  codec::DockerfileFacts facts;
};

// The Dockerfile that the spec names: a file, or a folder that holds a `Dockerfile`. Its context is
// the root of the repository in both cases.
Result<Dockerfile> read_dockerfile(const Tree& tree, const ImageSpec& spec);

// Empty for an unsupported spec. Errors: those of reading the Dockerfile.
Result<ImageKey> image_key(const Tree& tree, const ImageSpec& spec);

// The name, where the key is of a named image.
std::optional<std::string> named_image(const ImageKey& key);

}  // namespace testlooper::executor
