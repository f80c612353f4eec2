// The housekeeper between a store, an engine and a docker of its own, with real files.
#include "retention/housekeeper.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "retention/disk.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::retention {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDay = 86'400'000;

class FixedClock : public Clock {
 public:
  WallTime wall() const override { return {1'000 * kDay}; }
  std::chrono::steady_clock::time_point monotonic() const override { return {}; }
};

// Keeps holdings as the store does, and notes in which order things happen.
class FakeStore : public HoldingsReader, public HoldingsRecorder {
 public:
  Result<Holdings> holdings(int limit) override {
    Holdings all;
    for (const auto kind : {KeptKind::logs, KeptKind::failed_logs, KeptKind::artifacts}) {
      Shelf shelf{"demo", kind, 0, 0, {}};
      for (const auto& each : kept) {
        if (each.kind != kind) continue;
        ++shelf.count;
        shelf.bytes += each.bytes;
        if (std::ssize(shelf.oldest) < limit) shelf.oldest.push_back(each);
      }
      if (shelf.count > 0) all.shelves.push_back(shelf);
    }
    for (const auto& each : going) {
      if (std::ssize(all.going) < limit) all.going.push_back(each);
    }
    return all;
  }
  Result<std::vector<NeededImage>> needed_images() override { return needed; }
  Result<std::vector<KeptBuild>> kept_builds() override { return builds; }

  void record(Changes changes, std::function<void(Result<Revision>)> reply) override {
    if (refusing) return reply(unavailable("the engine has stopped"));
    for (const auto& each : changes) {
      if (const auto* intent = std::get_if<change::HoldingsGoing>(&each)) {
        for (const auto& item : intent->holdings) move(item.id);
        steps.push_back("going " + std::to_string(intent->holdings.size()));
      } else if (const auto* gone = std::get_if<change::HoldingsGone>(&each)) {
        for (const auto id : gone->holdings)
          std::erase_if(going, [id](const auto& h) { return h.id == id; });
        steps.push_back("gone " + std::to_string(gone->holdings.size()));
      } else if (const auto* forgotten = std::get_if<change::ImagesForgotten>(&each)) {
        for (const auto& reference : forgotten->references)
          steps.push_back("forgotten " + reference);
      } else if (const auto* outputs = std::get_if<change::BuildsForgotten>(&each)) {
        for (const auto& [repo, artifact] : outputs->outputs) forget(artifact);
      }
    }
    reply(Revision{1});
  }

  std::vector<Holding> kept, going;  // oldest first
  std::vector<NeededImage> needed;
  std::vector<KeptBuild> builds;
  std::vector<std::string> steps;
  bool refusing = false;

 private:
  void forget(const KeptArtifact& artifact) {
    std::erase_if(builds, [&](const KeptBuild& each) { return each.artifact == artifact; });
    steps.push_back("forgotten " + artifact.key);
  }
  void move(HoldingId id) {
    const auto found = std::ranges::find(kept, id, &Holding::id);
    ASSERT_NE(found, kept.end());
    going.push_back(*found);
    kept.erase(found);
  }
};

class FakeDocker : public ImageStock {
 public:
  explicit FakeDocker(std::vector<std::string>& steps) : steps_(steps) {}
  void list_images(std::function<void(Result<std::vector<KeptImage>>)> done) override {
    if (away) return done(unavailable("docker is away"));
    done(images);
  }
  void remove_image(std::string reference, std::function<void(Result<void>)> done) override {
    std::erase_if(images, [&](const KeptImage& each) { return each.reference == reference; });
    steps_.push_back("removed " + reference);
    done({});
  }
  std::vector<KeptImage> images;
  bool away = false;

 private:
  std::vector<std::string>& steps_;
};

class HousekeeperTest : public ::testing::Test {
 protected:
  // Something of this age with its files on the disk.
  void keep(KeptKind kind, std::int64_t days, std::uint64_t bytes = 10) {
    Holding holding{{++number_}, kind, "demo", {{number_}, 1}, bytes, {(1'000 - days) * kDay}};
    for (const auto& path : files_of(holding)) {
      fs::create_directories(path.parent_path());
      std::ofstream(path) << "x";
    }
    store_.kept.push_back(holding);
  }
  std::vector<fs::path> files_of(const Holding& holding) const {
    if (holding.kind == KeptKind::artifacts) {
      return {dir_.path() / attempt_artifacts_path(holding.attempt) / "d" / "f"};
    }
    const auto log = dir_.path() / attempt_log_path(holding.attempt);
    return {log, log.string() + ".idx", dir_.path() / attempt_run_logs_path(holding.attempt)};
  }
  int files() const {
    int count = 0;
    for (const auto& each : fs::recursive_directory_iterator(dir_.path())) {
      if (!each.is_directory()) ++count;
    }
    return count;
  }
  Housekeeper make() {
    return Housekeeper(
        {.config = config_, .data_dir = dir_.path().string(), .disk_reserve_bytes = reserve_},
        {.reader = store_,
         .recorder = store_,
         .images = docker_,
         .clock = clock_,
         .references_of =
             [](const std::vector<NeededImage>& needed) {
               std::set<std::string> references;
               for (const auto& each : needed) references.insert(each.image);
               return references;
             },
         .disk_room = [this]() -> Result<DiskRoom> { return DiskRoom{free_, 4 * free_}; },
         .store_bytes = [] { return std::uint64_t{77}; },
         .pause_intake = [this](std::string why) { pauses_.push_back(std::move(why)); }});
  }
  using Steps = std::vector<std::string>;

  testlooper::testing::TempDir dir_;
  FixedClock clock_;
  FakeStore store_;
  FakeDocker docker_{store_.steps};
  RetentionConfig config_;
  std::uint64_t reserve_ = 0, free_ = 1 << 30;
  std::vector<std::string> pauses_;
  std::int64_t number_ = 0;
};

TEST_F(HousekeeperTest, TheIntentIsStoredBeforeAnythingGoes) {
  keep(KeptKind::logs, 31);
  keep(KeptKind::artifacts, 31);
  keep(KeptKind::failed_logs, 31);
  keep(KeptKind::logs, 1);
  const auto done = make().run();
  EXPECT_EQ(done.removed, 2);
  EXPECT_EQ(done.bytes, 20u);
  EXPECT_EQ(done.error, "");
  EXPECT_EQ(store_.steps, (Steps{"going 2", "gone 2"}));
  EXPECT_EQ(files(), 6) << "two logs of three files each are left";
  EXPECT_EQ(make().run().removed, 0);
}

TEST_F(HousekeeperTest, WhatACrashLeftHalfDoneIsFinished) {
  keep(KeptKind::logs, 1);
  keep(KeptKind::logs, 1);
  std::swap(store_.going, store_.kept);
  fs::remove(files_of(store_.going[0])[0]);  // the crash came after the first file
  EXPECT_EQ(make().run().removed, 2);
  EXPECT_EQ(files(), 0);
  EXPECT_TRUE(store_.going.empty());
}

TEST_F(HousekeeperTest, WithoutTheEngineNothingIsRemoved) {
  keep(KeptKind::logs, 31);
  store_.refusing = true;
  EXPECT_EQ(make().run().error, "the engine has stopped");
  EXPECT_EQ(files(), 3);
}

TEST_F(HousekeeperTest, MuchGoesInSmallSteps) {
  for (int i = 0; i < 2 * limits::kRetentionStep + 5; ++i) keep(KeptKind::logs, 31);
  EXPECT_EQ(make().run().removed, 2 * limits::kRetentionStep + 5);
  EXPECT_EQ(store_.steps.size(), 6u);
  EXPECT_EQ(files(), 0);
}

TEST_F(HousekeeperTest, WhatCantBeRemovedStopsNothingElse) {
  keep(KeptKind::logs, 32);
  keep(KeptKind::logs, 31);
  // A file stands where the folder of the first log should be.
  store_.kept[0].attempt.task = TaskId{5'000'000};
  fs::create_directories(dir_.path() / "logs");
  std::ofstream(dir_.path() / "logs/5000") << "x";
  const auto done = make().run();
  EXPECT_EQ(done.removed, 1);
  EXPECT_NE(done.error, "");
  EXPECT_EQ(store_.going.size(), 1u);
}

TEST_F(HousekeeperTest, ImagesAreForgottenBeforeTheyGoAndThoseNeededStay) {
  const WallTime old{0};
  docker_.images = {{"testlooper/image:a", KeptKind::images, 100, old},
                    {"testlooper/image:b", KeptKind::images, 100, old},
                    {"testlooper/source:c", KeptKind::layers, 100, old}};
  store_.needed = {{"", "", "testlooper/image:b", ""}};
  const auto done = make().run();
  EXPECT_EQ(done.removed, 2);
  EXPECT_EQ(store_.steps, (Steps{"forgotten testlooper/source:c", "forgotten testlooper/image:a",
                                 "removed testlooper/source:c", "removed testlooper/image:a"}));
  EXPECT_EQ(docker_.images.size(), 1u);
}

TEST_F(HousekeeperTest, OutputsOfBuildsGoByTheRuleOfTheirRepository) {
  constexpr std::uint64_t kMb = 1 << 20;
  const auto build = [](const char* repo, const char* key, std::int64_t days, bool needed = false) {
    return KeptBuild{{1}, repo, "app", {key, "volume"}, 9 * kMb, {(1'000 - days) * kDay}, needed};
  };
  store_.builds = {build("demo", "old", 31), build("demo", "head", 31, true),
                   build("demo", "big", 3), build("other", "another's", 3),
                   build("demo", "new", 2)};
  config_.repos["demo"] = config_.rules;
  config_.repos["demo"][KeptKind::builds].mb = 20;
  docker_.away = true;
  auto keeper = make();
  const auto page = keeper.preview();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->store_bytes, 77u);
  EXPECT_EQ(page->disk_total_bytes, 0u) << "nobody has looked at it yet";
  ASSERT_EQ(page->going.size(), 2u);
  EXPECT_EQ(page->going[0].what, "an output of build 'app'");
  EXPECT_EQ(page->going[0].why, "older than 30 days");
  keeper.run();
  EXPECT_EQ(store_.steps, (Steps{"forgotten old", "forgotten big"}));
  EXPECT_EQ(store_.builds.size(), 3u) << "what is needed stays, and counts";
  EXPECT_EQ(keeper.preview()->last_run->bytes, 18 * kMb);
}

TEST_F(HousekeeperTest, APreviewChangesNothingAndSaysWhy) {
  keep(KeptKind::logs, 31);
  keep(KeptKind::failed_logs, 31);
  config_.repos["demo"] = config_.rules;
  config_.repos["demo"][KeptKind::failed_logs].days = 30;
  docker_.away = true;
  auto keeper = make();
  const auto page = keeper.preview();
  ASSERT_TRUE(page);
  ASSERT_EQ(page->going.size(), 2u);
  EXPECT_EQ(page->going[0].what, "attempt 1 of task 1");
  EXPECT_EQ(page->going[0].why, "older than 30 days");
  EXPECT_EQ(page->error, "docker is away");
  EXPECT_EQ(page->last_run, std::nullopt);
  EXPECT_EQ(files(), 6);
  EXPECT_TRUE(store_.steps.empty());
  keeper.run();
  EXPECT_EQ(keeper.preview()->last_run->removed, 2);
}

TEST_F(HousekeeperTest, AFullDiskPausesTheIntakeBeforeTheFirstTask) {
  reserve_ = 2ull << 30;
  auto keeper = make();
  keeper.start();
  ASSERT_EQ(pauses_.size(), 1u);
  EXPECT_EQ(
      pauses_[0],
      "the disk has only 1024 MB left, and the reserve is 2048 MB: no new work is taken until "
      "there is room");
  keeper.stop();
  EXPECT_EQ(keeper.preview()->paused, pauses_[0]);
}

TEST(RetentionDisk, NoLinkIsFollowed) {
  testlooper::testing::TempDir dir;
  fs::create_directories(dir.path() / "outside");
  std::ofstream(dir.file("outside/precious")) << "x";
  const Holding holding{{1}, KeptKind::artifacts, "demo", {{1}, 1}, 0, {}};
  const auto folder = dir.path() / "data" / attempt_artifacts_path(holding.attempt);
  fs::create_directories(folder);
  fs::create_directory_symlink(dir.path() / "outside", folder / "link");
  EXPECT_TRUE(remove_files(dir.path() / "data", holding));
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_TRUE(fs::exists(dir.path() / "outside/precious"));
  EXPECT_TRUE(remove_files(dir.path() / "data", holding)) << "again is no error";
}

TEST(RetentionDisk, TheRoomIsKnown) {
  const auto room = disk_room("/");
  ASSERT_TRUE(room);
  EXPECT_GT(room->free, 0u);
  EXPECT_GE(room->total, room->free);
  EXPECT_FALSE(disk_room("/nowhere"));
}

TEST(RetentionDisk, TheDatabaseIsMeasuredWithWhatLiesBesideIt) {
  testlooper::testing::TempDir dir;
  EXPECT_EQ(database_bytes(dir.file("store.db")), 0u);
  std::ofstream(dir.file("store.db")) << "12345";
  std::ofstream(dir.file("store.db-wal")) << "678";
  EXPECT_EQ(database_bytes(dir.file("store.db")), 8u);
}

}  // namespace
}  // namespace testlooper::retention
