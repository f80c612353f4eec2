#include "app/serve.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <exception>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/data_folder.hpp"
#include "app/first_login.hpp"
#include "app/fixed_settings.hpp"
#include "app/output_files.hpp"
#include "app/pool_scanner.hpp"
#include "app/signals.hpp"
#include "app/system_clock.hpp"
#include "app/version.hpp"
#include "app/worker_pool.hpp"
#include "docker/docker_host.hpp"
#include "docker/machine.hpp"
#include "engine/engine.hpp"
#include "executor/jobs.hpp"
#include "executor/task_executor.hpp"
#include "git/git_repo_reader.hpp"
#include "http/server.hpp"
#include "lineage/git_lineage_finder.hpp"
#include "lineage/test_comparer.hpp"
#include "retention/disk.hpp"
#include "retention/housekeeper.hpp"
#include "store/sqlite_store.hpp"
#include "store/sqlite_views.hpp"

namespace testlooper::app {
namespace {

constexpr int kPoolThreads = 2;
constexpr int kReturnedBytes = 256 << 10;

// A block as large as this goes back to the system once it is freed. Left alone, the allocator
// raises that bound with the largest file that it ever held, up to 32 MB, and keeps such blocks.
void return_large_blocks() {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, kReturnedBytes);
#endif
}

double machine_cores() { return std::max(1u, std::thread::hardware_concurrency()); }

double machine_ram_gb() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<double>(sysconf(_SC_PAGE_SIZE)) / (1 << 30);
}

// What there is to share out. Docker is on this machine, so the machine's figures are docker's.
core::HostCapacity capacity_of(const ServerConfig& config) {
  const auto cores = config.cores > 0 ? config.cores : machine_cores();
  const auto ram_gb = config.ram_gb > 0 ? config.ram_gb : machine_ram_gb();
  const auto most = static_cast<int>(std::ceil(cores)) * limits::kContainersPerCore;
  return {.resources = {std::llround(cores * 1000), std::llround(ram_gb * 1024)},
          .containers = config.workers > 0 ? config.workers : most,
          .readers = kPoolThreads};
}

std::vector<ConfiguredRepo> configured(const std::vector<RepoSpec>& specs, RepoReader& reader) {
  std::vector<ConfiguredRepo> repos;
  for (const auto& spec : specs) {
    const auto git_dir = reader.git_dir_of(spec);
    // It is served all the same: each scan says what is wrong, until it is mended.
    if (!git_dir) spdlog::error("repository '{}': {}", spec.name, git_dir.error().text());
    repos.push_back({spec, git_dir.value_or(spec.source)});
  }
  return repos;
}

// What keeps work from being done, as pages and the engine are told: the container host is not
// ready, or the disk is too full. Written by the host and the housekeeper, read by page queries.
class Board {
 public:
  // Both return what the engine is to hear.
  ExecutorStatus set_executor(const ExecutorStatus& status) {
    const std::lock_guard lock(mutex_);
    executor_ = status;
    return merged();
  }
  ExecutorStatus pause_intake(std::string why) {
    const std::lock_guard lock(mutex_);
    paused_ = std::move(why);
    return merged();
  }
  ExecutorStatus executor() const {
    const std::lock_guard lock(mutex_);
    return merged();
  }
  std::string intake_paused() const {
    const std::lock_guard lock(mutex_);
    return paused_;
  }

 private:
  ExecutorStatus merged() const {
    auto status = executor_;
    if (paused_.empty()) return status;
    status.ready = false;
    status.low_disk = true;
    status.reason = status.reason.empty() ? paused_ : paused_ + "; " + status.reason;
    return status;
  }

  mutable std::mutex mutex_;
  ExecutorStatus executor_{.ready = false, .reason = "docker is being looked for", .version = {}};
  std::string paused_;
};

http::HttpOptions http_options(const ServerConfig& config, const DataFolder& data) {
  http::HttpOptions options;
  options.bind_address = config.bind_address;
  options.auth = config.auth;
  options.token_file = data.admin_token().string();
  options.port = static_cast<std::uint16_t>(config.http_port);
  if (config.git_watcher_port > 0) {
    options.hook_port = static_cast<std::uint16_t>(config.git_watcher_port);
  }
  options.allowed_hosts = config.allowed_hosts;
  options.public_badges = config.public_badges;
  options.webhook_secret = config.webhook_secret;
  options.data_dir = data.path().string();
  options.version = kVersion;
  return options;
}

docker::DockerOptions docker_options(const ServerConfig& config, const DataFolder& data,
                                     store::SqliteStore& store, int slots) {
  docker::DockerOptions options;
  options.socket = docker::socket_path(config.docker_socket);
  options.data_dir = data.path().string();
  options.instance_id = store.instance_id();
  options.kept_volumes = store.artifact_volumes();
  options.slots = slots;
  options.network = config.network;
  options.log_bytes = config.log_bytes;
  options.artifact_bytes = config.artifact_bytes;
  return options;
}

retention::HousekeeperOptions housekeeper_options(const ServerConfig& config,
                                                  const DataFolder& data) {
  retention::HousekeeperOptions options;
  options.config = config.retention;
  options.data_dir = data.path().string();
  options.disk_reserve_bytes = static_cast<std::uint64_t>(config.disk_reserve_mb) << 20;
  return options;
}

// How docker calls the images of these commits, and the layers with their files.
std::set<std::string> references_of(const std::vector<NeededImage>& needed, RepoReader& reader) {
  std::set<std::string> references;
  for (const auto& each : needed) {
    references.insert(executor::image_reference(each.image));
    const auto tree = reader.entry(each.git_dir, each.sha, "");
    if (tree) references.insert(executor::source_tag(each.image, each.identity, tree->oid));
  }
  return references;
}

bool is_loopback(const std::string& address) {
  return address == "::1" || address.starts_with("127.") || address == "localhost";
}

// Where a browser on this machine finds a server that listens there.
std::string browser_address(const std::string& bound, std::uint16_t port) {
  const bool everywhere = bound == "0.0.0.0" || bound == "::";
  const auto host = everywhere ? "127.0.0.1" : bound.contains(':') ? "[" + bound + "]" : bound;
  return "http://" + host + ":" + std::to_string(port);
}

// Everything that runs, in the order in which it is made; taken apart in the order of stop().
class Server {
 public:
  Server(const ServerConfig& config, ConfigSource reread, DataFolder data)
      : config_(config),
        reread_(std::move(reread)),
        data_(std::move(data)),
        capacity_(capacity_of(config)),
        store_(store::SqliteStore::open(data_.database())),
        views_(data_.database(), clock_),
        reader_(data_.clones().string()),
        pool_(kPoolThreads),
        scanner_(reader_, reader_, lineage_),
        engine_({.capacity = capacity_,
                 .batch_target = Seconds{config.batch_target_s},
                 .scan_period = Seconds{config.scan_period_s},
                 .remove_going = [this] { housekeeper_.run_soon(); }},
                {*store_, scanner_, hub_, clock_,
                 [this](auto done) {
                   pool_.post([this, done = std::move(done)] { done(configured_again()); });
                 }},
                [this](std::exception_ptr fault) { give_up(fault); }),
        host_(docker_options(config, data_, *store_, capacity_.containers), clock_, hub_,
              [this](const ExecutorStatus& status) { executor_changed(status); }),
        executor_(executor_parts()),
        housekeeper_(housekeeper_options(config, data_), housekeeper_parts()),
        http_(
            http_options(config, data_), views_, comparer_, engine_, housekeeper_, hub_,
            [this] { return facts(); }, http::assets()) {}

  // The exit code.
  int run() {
    const auto code = first_code();
    if (!code) {
      spdlog::error("{}", code.error().text());
      return 1;
    }
    const auto started = http_.start();
    if (!started) {
      spdlog::error("{}", started.error().text());
      return 1;
    }
    engine_.start(executor_, configured(config_.repos, reader_));
    housekeeper_.start();
    host_.start();
    spdlog::info("testlooper {} serves http://{}:{}/ with {} cores and {} MB, data in {}", kVersion,
                 config_.bind_address, http_.port(),
                 static_cast<double>(capacity_.resources.milli_cores) / 1000,
                 capacity_.resources.ram_mb, data_.path().string());
    tell_how_to_sign_in(*code);
    int signal = 0;
    while ((signal = signals_.wait()) == SIGHUP) reload();
    if (signal > 0) spdlog::info("stopping; what was under way starts again at the next start");
    stop();
    return faulted_ ? 1 : 0;
  }

 private:
  // Of the one-click address; "" where nobody is asked.
  Result<std::string> first_code() {
    if (config_.auth == AuthMode::off) return std::string();
    const auto login = first_login(data_.admin_token(), *store_, views_, clock_.wall());
    if (!login) return std::unexpected(login.error());
    return http_.sign_in_code(*login);
  }

  // To standard output: the log is kept, and this is for who started the server.
  void tell_how_to_sign_in(const std::string& code) const {
    if (code.empty()) {
      spdlog::warn(
          "auth is off: nobody is asked who they are, and whoever reaches this server is "
          "its admin");
      return;
    }
    if (!is_loopback(config_.bind_address)) {
      spdlog::warn(
          "others can reach this server, and tokens travel as they are: put TLS in front "
          "of it (docs/security.md)");
    }
    std::cout << "To sign in as admin (once, within " << limits::kSignInCodeSeconds / 60
              << " minutes; `testlooper login` prints another address):\n    "
              << browser_address(config_.bind_address, http_.port()) << "/login#code=" << code
              << std::endl;
  }

  // On a pool thread.
  Result<ConfiguredRepos> configured_again() {
    const auto config = reread_();
    if (!config) return std::unexpected(config.error());
    return ConfiguredRepos{configured(config->repos, reader_), fixed_differences(config_, *config)};
  }

  void reload() {
    spdlog::info("the configuration is read again");
    engine_.reload("configuration", [](const Result<ReloadReport>& report) {
      if (!report) return spdlog::error("nothing is changed: {}", report.error().text());
      for (const auto& warning : report->warnings) spdlog::warn("{}", warning);
      for (const auto& name : report->added) spdlog::info("repository '{}' is tested now", name);
      for (const auto& name : report->changed) spdlog::info("repository '{}' is changed", name);
      for (const auto& name : report->removed) spdlog::info("repository '{}' is removed", name);
    });
  }

  executor::ExecutorParts executor_parts() {
    return {.host = host_,
            .reader = reader_,
            .events = engine_,
            .live = hub_,
            .post = [this](std::function<void()> work) { pool_.post(std::move(work)); },
            .files = output_files(data_.path()),
            .temp_dir = data_.temp().string(),
            .limits = {.cores = static_cast<double>(capacity_.resources.milli_cores) / 1000,
                       .with_docker_repos = {config_.with_docker_repos.begin(),
                                             config_.with_docker_repos.end()},
                       .isolation = config_.isolation}};
  }

  retention::HousekeeperParts housekeeper_parts() {
    return {.reader = views_,
            .recorder = engine_,
            .images = host_,
            .clock = clock_,
            .references_of = [this](const auto& needed) { return references_of(needed, reader_); },
            .disk_room = [this] { return retention::disk_room(data_.path()); },
            .store_bytes = [this] { return retention::database_bytes(data_.database()); },
            .pause_intake =
                [this](std::string why) {
                  engine_.executor_status(board_.pause_intake(std::move(why)));
                }};
  }

  http::ServerFacts facts() const {
    return {.executor = board_.executor(),
            .slots = capacity_.containers,
            .started_at = started_at_,
            .now = clock_.wall(),
            .intake_paused = board_.intake_paused()};
  }

  void executor_changed(const ExecutorStatus& status) {
    if (status.ready && !status.places.empty()) {
      spdlog::info("places of runs: {}", status.places);
    } else if (status.ready) {
      spdlog::info("{} is ready", status.version);
    } else {
      spdlog::warn("no containers can run: {}", status.reason);
    }
    engine_.executor_status(board_.set_executor(status));
  }

  void give_up(std::exception_ptr fault) {
    faulted_ = true;
    try {
      std::rethrow_exception(fault);
    } catch (const std::exception& error) {
      spdlog::critical(
          "the engine had to stop: {}. Nothing that was acknowledged is lost; mend "
          "the cause and start again",
          error.what());
    }
    signals_.raise();
  }

  void stop() {
    http_.stop();
    housekeeper_.stop();
    engine_.stop();
    reader_.stop();
    host_.stop();
    scanner_.stop();
    pool_.stop();
  }

  const ServerConfig& config_;
  const ConfigSource reread_;
  DataFolder data_;
  SystemClock clock_;
  Signals signals_;
  Board board_;
  const WallTime started_at_ = clock_.wall();
  const core::HostCapacity capacity_;
  std::atomic<bool> faulted_ = false;
  http::EventHub hub_;
  std::unique_ptr<store::SqliteStore> store_;
  store::SqliteViews views_;
  git::GitRepoReader reader_;
  lineage::GitLineageFinder lineage_{reader_};
  lineage::TestComparer comparer_{views_, lineage_};
  WorkerPool pool_;
  PoolScanner scanner_;
  engine::Engine engine_;
  docker::DockerHost host_;
  executor::TaskExecutor executor_;
  retention::Housekeeper housekeeper_;
  http::HttpServer http_;
};

}  // namespace

int serve(const ServerConfig& config, ConfigSource reread) {
  return_large_blocks();
  for (const auto& warning : config.warnings) spdlog::warn("{}", warning.message);
  auto data = DataFolder::open(config.data_dir);
  if (!data) {
    spdlog::error("{}", data.error().text());
    return 1;
  }
  try {
    return Server(config, std::move(reread), std::move(*data)).run();
  } catch (const StoreFault& fault) {
    spdlog::error("{}", fault.what());
    return 1;
  }
}

}  // namespace testlooper::app
