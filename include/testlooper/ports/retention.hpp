// Keeping the disk from filling: what people can see and ask for, and what the housekeeper needs
// from others. Calls block and belong on a thread that may, where nothing else is said.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/pages.hpp"
#include "testlooper/domain/retention.hpp"

namespace testlooper {

class Retention {
 public:
  virtual ~Retention() = default;
  // What is kept by which rules, and what would go now.
  virtual Result<pages::RetentionPage> preview() = 0;
  // Removes it soon; returns at once. Any thread.
  virtual void run_soon() = 0;
};

// The store, as the housekeeper reads it.
class HoldingsReader {
 public:
  virtual ~HoldingsReader() = default;
  // At most `limit` of each shelf, and of what is going. Errors: unavailable.
  virtual Result<Holdings> holdings(int limit) = 0;
  // Of open tasks and of the heads of branches. Errors: unavailable.
  virtual Result<std::vector<NeededImage>> needed_images() = 0;
  // Outputs that are there, oldest first. Errors: unavailable.
  virtual Result<std::vector<KeptBuild>> kept_builds() = 0;
};

// The engine, as the housekeeper writes to it. Any thread; `reply` comes from the engine's, once
// the changes are committed. Errors: unavailable.
class HoldingsRecorder {
 public:
  virtual ~HoldingsRecorder() = default;
  virtual void record(Changes changes, std::function<void(Result<Revision>)> reply) = 0;
};

// Docker's images that carry our label. Callbacks come from the container host's thread.
class ImageStock {
 public:
  virtual ~ImageStock() = default;
  virtual void list_images(std::function<void(Result<std::vector<KeptImage>>)> done) = 0;
  // An image that a container uses stays, and is no error. Errors: unavailable.
  virtual void remove_image(std::string reference, std::function<void(Result<void>)> done) = 0;
};

}  // namespace testlooper
