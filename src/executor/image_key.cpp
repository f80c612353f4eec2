#include "executor/image_key.hpp"

#include "testlooper/base/limits.hpp"

#include "digest/sha256.hpp"

namespace testlooper::executor {
namespace {

constexpr std::string_view kNamed = "named:";
constexpr std::string_view kBuilt = "built:";

// The object id of what is at `path`, or a word for nothing: a missing path is content too.
Result<std::string> id_at(const Tree& tree, const std::string& path) {
  auto entry = tree.reader.entry(tree.git_dir, tree.sha, path);
  if (entry) return entry->oid;
  if (entry.error().kind == ErrorKind::not_found) return std::string{"missing"};
  return std::unexpected(entry.error());
}

}  // namespace

Result<Dockerfile> read_dockerfile(const Tree& tree, const ImageSpec& spec) {
  Dockerfile found{.path = spec.dockerfile, .text = {}, .facts = {}};
  const auto entry = tree.reader.entry(tree.git_dir, tree.sha, found.path);
  if (!entry) {
    if (entry.error().kind != ErrorKind::not_found) return std::unexpected(entry.error());
    return invalid("the commit has no Dockerfile at '" + spec.dockerfile + "'");
  }
  if (entry->is_tree) found.path += found.path.ends_with('/') ? "Dockerfile" : "/Dockerfile";
  auto text = tree.reader.file(tree.git_dir, tree.sha, found.path, limits::kDockerfileBytes);
  if (!text) {
    if (text.error().kind == ErrorKind::unavailable) return std::unexpected(text.error());
    return invalid("the Dockerfile '" + found.path + "' can't be read: " + text.error().message);
  }
  found.text = std::move(*text);
  found.facts = codec::analyse_dockerfile(found.text);
  return found;
}

Result<ImageKey> image_key(const Tree& tree, const ImageSpec& spec) {
  if (spec.source == ImageSource::unsupported) return ImageKey{};
  if (spec.source == ImageSource::named) return std::string{kNamed} + spec.name;

  const auto dockerfile = read_dockerfile(tree, spec);
  if (!dockerfile) return std::unexpected(dockerfile.error());
  std::string content = dockerfile->path + "\n" + dockerfile->text + "\n";
  // Where the Dockerfile can't be understood fully, any file may matter.
  const auto paths = dockerfile->facts.context_paths.value_or(std::vector<std::string>{""});
  for (const auto& path : paths) {
    const auto id = id_at(tree, path);
    if (!id) return std::unexpected(id.error());
    content += path + "=" + *id + "\n";
  }
  if (!paths.empty()) {
    const auto ignore = id_at(tree, ".dockerignore");
    if (!ignore) return std::unexpected(ignore.error());
    content += ".dockerignore=" + *ignore + "\n";
  }
  return std::string{kBuilt} + sha256_hex(content);
}

std::optional<std::string> named_image(const ImageKey& key) {
  if (!key.starts_with(kNamed)) return std::nullopt;
  return key.substr(kNamed.size());
}

}  // namespace testlooper::executor
