#include "retention/plan.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/retention.hpp"

namespace testlooper::retention {
namespace {

pages::RetentionUse use_of(const std::string& repo, KeptKind kind, const KeepRule& rule) {
  pages::RetentionUse use;
  use.repo = repo;
  use.kind = kept_kind_name(kind);
  use.days = rule.days;
  use.max_count = rule.count;
  use.max_mb = rule.mb;
  return use;
}

void plan_shelf(const Shelf& shelf, const KeepRule& rule, WallTime now, Plan& plan) {
  std::vector<core::Kept> kept;
  kept.reserve(shelf.oldest.size());
  for (const auto& each : shelf.oldest) kept.push_back({each.since, each.bytes});
  auto use = use_of(shelf.repo, shelf.kind, rule);
  use.count = shelf.count;
  use.bytes = shelf.bytes;
  for (auto& going : core::what_goes(kept, shelf.count, shelf.bytes, rule, now)) {
    const auto& holding = shelf.oldest[going.index];
    ++use.going;
    use.going_bytes += holding.bytes;
    plan.holdings.push_back({holding, std::move(going.why)});
  }
  plan.uses.push_back(std::move(use));
}

void plan_builds(const std::string& repo, const std::vector<const KeptBuild*>& builds,
                 const KeepRule& rule, WallTime now, Plan& plan) {
  auto use = use_of(repo, KeptKind::builds, rule);
  std::vector<core::Kept> kept;
  for (const auto* build : builds) {
    kept.push_back({build->since, build->bytes, build->needed});
    ++use.count;
    use.bytes += build->bytes;
  }
  for (auto& going : core::what_goes(kept, use.count, use.bytes, rule, now)) {
    ++use.going;
    use.going_bytes += builds[going.index]->bytes;
    plan.builds.push_back({*builds[going.index], std::move(going.why)});
  }
  plan.uses.push_back(std::move(use));
}

void plan_images(const Stock& stock, KeptKind kind, const KeepRule& rule, WallTime now,
                 Plan& plan) {
  std::vector<KeptImage> images;
  for (const auto& image : stock.images) {
    if (image.kind == kind) images.push_back(image);
  }
  std::ranges::sort(images, [](const KeptImage& a, const KeptImage& b) {
    return std::tie(a.since, a.reference) < std::tie(b.since, b.reference);
  });
  auto use = use_of("", kind, rule);
  std::vector<core::Kept> kept;
  for (const auto& image : images) {
    kept.push_back({image.since, image.bytes, stock.needed_images.contains(image.reference)});
    ++use.count;
    use.bytes += image.bytes;
  }
  for (auto& going : core::what_goes(kept, use.count, use.bytes, rule, now)) {
    ++use.going;
    use.going_bytes += images[going.index].bytes;
    plan.images.push_back({images[going.index], std::move(going.why)});
  }
  plan.uses.push_back(std::move(use));
}

}  // namespace

Plan make_plan(const Stock& stock, const RetentionConfig& config, WallTime now) {
  Plan plan;
  for (const auto& shelf : stock.holdings.shelves) {
    plan_shelf(shelf, config.rules_of(shelf.repo)[shelf.kind], now, plan);
  }
  std::map<std::string, std::vector<const KeptBuild*>> builds;
  for (const auto& build : stock.builds) builds[build.repo_name].push_back(&build);
  for (const auto& [repo, of_repo] : builds) {
    plan_builds(repo, of_repo, config.rules_of(repo)[KeptKind::builds], now, plan);
  }
  for (const auto kind : {KeptKind::layers, KeptKind::images}) {
    plan_images(stock, kind, config.rules[kind], now, plan);
  }
  return plan;
}

}  // namespace testlooper::retention
