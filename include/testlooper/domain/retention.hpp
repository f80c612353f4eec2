// For how long what is no longer needed is kept: rules by repository and kind, what there is, and
// what is going. Roll-ups are not among it: they are never dropped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/limits.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper {

using HoldingId = Id<struct HoldingTag>;

enum class KeptKind {
  logs,         // of attempts that did not fail
  failed_logs,  // of attempts that failed: they last longest
  artifacts,    // files of TEST_ARTIFACTS
  layers,       // images with the files of a commit; of all repositories together
  images,       // that were built from Dockerfiles; of all repositories together
  builds,       // what builds left, in volumes
};
inline constexpr std::size_t kKeptKinds = 6;
// As configurations, pages and commands spell them.
constexpr std::string_view kept_kind_name(KeptKind kind) {
  constexpr std::array<std::string_view, kKeptKinds> kNames{"logs",   "failed_logs", "artifacts",
                                                            "layers", "images",      "builds"};
  return kNames.at(static_cast<std::size_t>(kind));
}

// What is older goes; of the rest, the oldest go until neither number is exceeded. 0: no limit.
struct KeepRule {
  std::int64_t days = 0;
  std::int64_t count = 0;
  std::int64_t mb = 0;
  bool operator==(const KeepRule&) const = default;
};

struct KeepRules {
  std::array<KeepRule, kKeptKinds> by_kind{
      KeepRule{.days = 30, .count = 100'000, .mb = 2'048},
      KeepRule{.days = 180, .count = 100'000, .mb = 4'096},
      KeepRule{.days = 30, .count = 20'000, .mb = 4'096},
      KeepRule{.days = 7, .count = 200, .mb = 20'480},
      KeepRule{.days = 60, .count = 100, .mb = 40'960},
      KeepRule{.days = 30, .count = 100, .mb = 20'480},
  };
  KeepRule& operator[](KeptKind kind) { return by_kind.at(static_cast<std::size_t>(kind)); }
  const KeepRule& operator[](KeptKind kind) const {
    return by_kind.at(static_cast<std::size_t>(kind));
  }
  bool operator==(const KeepRules&) const = default;
};

struct RetentionConfig {
  int period_s = limits::kRetentionPeriodSeconds;
  KeepRules rules;
  std::map<std::string, KeepRules> repos;  // those with rules of their own

  const KeepRules& rules_of(const std::string& repo) const {
    const auto own = repos.find(repo);
    return own == repos.end() ? rules : own->second;
  }
};

// Something that an attempt left on the disk.
struct Holding {
  HoldingId id;
  KeptKind kind = KeptKind::logs;
  std::string repo;
  AttemptKey attempt;
  std::uint64_t bytes = 0;
  WallTime since;
};

// What there is of a kind in a repository, and the oldest of it.
struct Shelf {
  std::string repo;
  KeptKind kind = KeptKind::logs;
  std::int64_t count = 0;
  std::uint64_t bytes = 0;
  std::vector<Holding> oldest;  // oldest first; perhaps not all
};

struct Holdings {
  Revision revision = 0;
  std::vector<Shelf> shelves;
  std::vector<Holding> going;  // the intent to remove them is stored, and they may still be there
};

// An image that a commit needs: the commit is under test, or the head of a branch.
struct NeededImage {
  std::string git_dir;
  std::string sha;
  std::string image;     // its key, or that of a set-up layer
  std::string identity;  // of the image, where that is known
};

// What a build left.
struct KeptBuild {
  RepoId repo;
  std::string repo_name;
  std::string name;  // of the build, at some commit
  KeptArtifact artifact;
  std::uint64_t bytes = 0;
  WallTime since;       // a container mounted it then, or it was made
  bool needed = false;  // by a commit under test, or by the head of a branch
};

// An image of ours in docker.
struct KeptImage {
  std::string reference;
  KeptKind kind = KeptKind::images;  // or layers
  std::uint64_t bytes = 0;
  WallTime since;
};

}  // namespace testlooper
