#include "executor/plan_keys.hpp"

#include <algorithm>
#include <map>

#include "codec/plan_graph.hpp"
#include "digest/sha256.hpp"

namespace testlooper::executor {
namespace {

constexpr std::string_view kSetUp = "setup:";
constexpr std::string_view kBuild = "build:";

// What a key stands for. Each part has its length in front, so that no two lists read the same.
class Content {
 public:
  Content& add(std::string_view what, std::string_view value) {
    text_ += what;
    text_ += ' ';
    text_ += std::to_string(value.size());
    text_ += ' ';
    text_ += value;
    text_ += '\n';
    return *this;
  }
  Content& add(const Environment& environment, const ImageKey& image) {
    add("image", image).add("unsupported", environment.image.unsupported);
    add("docker", environment.image.with_docker ? "yes" : "no");
    for (const auto& [name, value] : environment.variables) add("name", name).add("value", value);
    return *this;
  }
  std::string key(std::string_view kind) const { return std::string{kind} + sha256_hex(text_); }

 private:
  std::string text_;
};

ImageKey set_up_key(const Environment& environment, const ImageKey& image,
                    const std::string& files) {
  if (environment.custom_setup.empty() || image.empty()) return {};
  return Content()
      .add(environment, image)
      .add("files", files)
      .add("script", environment.custom_setup)
      .key(kSetUp);
}

class KeyMaker {
 public:
  KeyMaker(const Tree& tree, PlanGenerated& generated) : tree_(tree), generated_(generated) {}

  Result<void> run() {
    const auto all_files = files_id(tree_, std::nullopt);
    if (!all_files) return std::unexpected(all_files.error());
    const auto& environments = generated_.plan.environments;
    for (std::size_t i = 0; i < environments.size(); ++i) {
      generated_.environment_set_ups.push_back(
          set_up_key(environments[i], generated_.environment_images[i], *all_files));
    }
    generated_.build_keys.resize(generated_.plan.builds.size());
    for (const auto index : codec::build_order(generated_.plan.builds)) {
      const auto files = files_of(generated_.plan.builds[index], *all_files);
      if (!files) return std::unexpected(files.error());
      add_build(index, *files);
    }
    return {};
  }

 private:
  Result<std::string> files_of(const Build& build, const std::string& all_files) {
    if (!build.inputs) return all_files;
    for (const auto& path : *build.inputs) {
      const auto entry = tree_.reader.entry(tree_.git_dir, tree_.sha, path);
      if (entry || entry.error().kind != ErrorKind::not_found) continue;
      generated_.plan.warnings.push_back(
          {0, "the commit has no '" + path + "', which 'builds." + build.name + ".inputs' names"});
    }
    return files_id(tree_, build.inputs);
  }

  void add_build(std::size_t index, const std::string& files) {
    const auto& plan = generated_.plan;
    const auto& build = plan.builds[index];
    const auto found = std::ranges::find(plan.environments, build.environment, &Environment::name);
    const auto& image =
        generated_.environment_images[static_cast<std::size_t>(found - plan.environments.begin())];
    Content content;
    content.add(*found, image).add("files", files).add("command", build.command);
    content.add("setup", found->custom_setup);
    for (const auto& [name, path] : build.dependencies) {
      const auto other = std::ranges::lower_bound(plan.builds, name, {}, &Build::name);
      const auto at = static_cast<std::size_t>(other - plan.builds.begin());
      content.add("at", path).add("artifact", generated_.build_keys[at].artifact);
    }
    generated_.build_keys[index] = {content.key(kBuild), set_up_key(*found, image, files)};
  }

  const Tree& tree_;
  PlanGenerated& generated_;
};

}  // namespace

Result<std::string> files_id(const Tree& tree,
                             const std::optional<std::vector<std::string>>& inputs) {
  if (!inputs) {
    const auto root = tree.reader.entry(tree.git_dir, tree.sha, "");
    if (!root) return std::unexpected(root.error());
    return root->oid;
  }
  Content content;
  for (const auto& path : *inputs) {
    const auto entry = tree.reader.entry(tree.git_dir, tree.sha, path);
    if (!entry && entry.error().kind != ErrorKind::not_found) {
      return std::unexpected(entry.error());
    }
    content.add(path, entry ? entry->oid : "missing");
  }
  return content.key("files:");
}

Result<void> add_keys(const Tree& tree, PlanGenerated& generated) {
  return KeyMaker(tree, generated).run();
}

bool is_set_up(const ImageKey& key) { return key.starts_with(kSetUp); }

}  // namespace testlooper::executor
