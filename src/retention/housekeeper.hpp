// Keeps the disk from filling: from time to time removes what the rules no longer keep, in small
// steps, and says when there is so little room that no new work may be taken. Owns a thread, on
// which it waits for everything; preview() and run_soon() come from any.
//
// What it removes is at first stored as going, then removed, then stored as gone; what a crash
// leaves in between is removed by the next run. It decides by core/retention and knows nothing of
// tables and calls.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "testlooper/ports/clock.hpp"
#include "testlooper/ports/retention.hpp"

#include "retention/disk.hpp"
#include "retention/plan.hpp"

namespace testlooper::retention {

struct HousekeeperOptions {
  RetentionConfig config;
  std::string data_dir;
  std::uint64_t disk_reserve_bytes = 0;
  Milliseconds disk_period = Seconds{limits::kDiskLookSeconds};
};

struct HousekeeperParts {
  HoldingsReader& reader;
  HoldingsRecorder& recorder;
  ImageStock& images;
  const Clock& clock;
  // How docker calls the images, and layers, that these commits need; blocks.
  std::function<std::set<std::string>(const std::vector<NeededImage>&)> references_of;
  std::function<Result<DiskRoom>()> disk_room;
  std::function<std::uint64_t()> store_bytes;  // what the database takes of it
  // Called on the housekeeper's thread when new work may no longer be taken, with the reason, and
  // with "" when it may again.
  std::function<void(std::string why)> pause_intake;
};

class Housekeeper : public Retention {
 public:
  Housekeeper(HousekeeperOptions options, HousekeeperParts parts);
  ~Housekeeper() override;  // stops
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  // Looks at the disk before it returns, so that a full one takes no work from the first moment.
  void start();
  // Gives up what it waits for. The parts may go afterwards.
  void stop();

  Result<pages::RetentionPage> preview() override;
  void run_soon() override;
  // Removes all that is to go; returns what was done. Called by the thread, and by tests.
  pages::RetentionRun run();

 private:
  struct Run {
    pages::RetentionRun& done;
    std::set<HoldingId> stuck;  // could not be removed
  };

  void keep_house();
  void look_at_disk();
  Result<Stock> take_stock(int limit, bool with_images);
  Result<void> remove_holdings(Run& run);
  Result<void> remove_going(const std::vector<Holding>& going, Run& run);
  Result<void> remove_builds(Run& run);
  Result<void> remove_images(Run& run);
  Result<void> record(Changes changes);
  template <typename T>
  Result<T> wait_for(const std::function<void(std::function<void(Result<T>)>)>& ask);

  HousekeeperOptions options_;
  HousekeeperParts parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool run_wanted_ = false;
  std::optional<pages::RetentionRun> last_run_;
  std::string paused_;  // why no work is taken; "" where it is
  DiskRoom room_;       // when it was looked at last
  std::thread thread_;
};

}  // namespace testlooper::retention
