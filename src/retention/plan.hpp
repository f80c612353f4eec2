// What goes now, out of what there is: core's decision for each repository and kind, in the shapes
// that pages show and that the housekeeper carries out. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "testlooper/domain/pages.hpp"
#include "testlooper/domain/retention.hpp"

namespace testlooper::retention {

struct GoingHolding {
  Holding holding;
  std::string why;
};
struct GoingImage {
  KeptImage image;
  std::string why;
};
struct GoingBuild {
  KeptBuild build;
  std::string why;
};
struct Plan {
  std::vector<pages::RetentionUse> uses;
  std::vector<GoingHolding> holdings;
  std::vector<GoingImage> images;
  std::vector<GoingBuild> builds;
};

struct Stock {
  Holdings holdings;
  std::vector<KeptImage> images;
  std::set<std::string> needed_images;  // references
  std::vector<KeptBuild> builds;        // oldest first
};

Plan make_plan(const Stock& stock, const RetentionConfig& config, WallTime now);

}  // namespace testlooper::retention
