#include "app/check.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <stdlib.h>

#include "app/output_files.hpp"
#include "app/system_clock.hpp"
#include "app/worker_pool.hpp"
#include "codec/config_text.hpp"
#include "codec/plan_text.hpp"
#include "docker/docker_host.hpp"
#include "executor/task_executor.hpp"
#include "git/git_repo_reader.hpp"
#include "git/resolve.hpp"
#include "git/source.hpp"

namespace testlooper::app {
namespace {

namespace fs = std::filesystem;

constexpr int kRight = 0, kWrong = 1, kUnknown = 2;
constexpr std::size_t kLogLinesShown = 20;

int say_wrong(const std::string& what) {
  fmt::print(stderr, "{}\n", what);
  return kWrong;
}

int say_unknown(const Error& error) {
  fmt::print(stderr, "error: {}\n", error.text());
  return kUnknown;
}

void print_warnings(const std::string& where, const std::vector<Warning>& warnings) {
  for (const auto& warning : warnings) {
    fmt::print("{}:{}: warning: {}\n", where, warning.line, warning.message);
  }
}

void print_plan(const TestPlan& plan) {
  print_warnings("plan", plan.warnings);
  for (const auto& environment : plan.environments) {
    if (!environment.image.unsupported.empty()) {
      fmt::print("plan: warning: environment '{}': {}\n", environment.name,
                 environment.image.unsupported);
    }
  }
  fmt::print("the plan is right: {} environments, {} builds, {} suites\n", plan.environments.size(),
             plan.builds.size(), plan.suites.size());
}

int check_plan_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return say_unknown(not_found("the file can't be read", file).error());
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto plan = codec::parse_plan(text, file);
  if (!plan) return say_wrong(plan.error().text());
  print_plan(*plan);
  return kRight;
}

// Folders and containers of one check; gone when it ends.
class Workshop : private ExecutorEvents, private LiveEvents {
 public:
  explicit Workshop(RepoReader& reader)
      : pool_(1),
        host_({.data_dir = folder_.string(),
               .instance_id = "check" + folder_.filename().string(),
               .try_places = false},
              clock_, *this, [this](const ExecutorStatus& status) { executor_status(status); }),
        executor_({.host = host_,
                   .reader = reader,
                   .events = *this,
                   .live = *this,
                   .post = [this](std::function<void()> work) { pool_.post(std::move(work)); },
                   .files = output_files(folder_),
                   .temp_dir = folder_.string(),
                   .limits = {.cores = 1, .with_docker_repos = {}}}) {}

  ~Workshop() override {
    host_.stop();
    pool_.stop();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  // Errors: unavailable, where there is no docker.
  Result<void> open() {
    host_.start();
    const auto status = status_.get_future().get();
    if (!status.ready) return unavailable(status.reason + "; --no-docker checks the config alone");
    return {};
  }

  AttemptResult carry_out(Assignment assignment) {
    assignment.attempt = {{++tasks_}, 1};
    result_ = {};
    executor_.start(std::move(assignment));
    return result_.get_future().get();
  }

  // The end of what the attempt printed.
  std::string last_lines(const AttemptResult& result) const {
    std::ifstream stream(folder_ / result.end.log.path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
    std::string text;
    const auto first = lines.size() > kLogLinesShown ? lines.size() - kLogLinesShown : 0;
    for (auto i = first; i < lines.size(); ++i) text += "  | " + lines[i] + "\n";
    return text;
  }

 private:
  static fs::path make_folder() {
    auto name = (fs::temp_directory_path() / "testlooperXXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw fs::filesystem_error("mkdtemp", name, {});
    return name;
  }

  void executor_status(ExecutorStatus status) override {
    std::call_once(told_, [&] { status_.set_value(std::move(status)); });
  }
  void attempt_running(AttemptKey) override {}
  void attempt_ended(AttemptResult result) override { result_.set_value(std::move(result)); }
  void published(const ChangeNotice&) override {}
  void log_grew(AttemptKey, std::uint64_t, bool) override {}

  fs::path folder_ = make_folder();
  SystemClock clock_;
  std::once_flag told_;
  std::promise<ExecutorStatus> status_;
  std::promise<AttemptResult> result_;
  std::int64_t tasks_ = 0;
  WorkerPool pool_;
  docker::DockerHost host_;
  executor::TaskExecutor executor_;
};

// Does one step; prints why where it brought nothing.
template <typename T>
std::optional<T> step(Workshop& workshop, Assignment assignment, const std::string& what) {
  fmt::print("{} …\n", what);
  std::fflush(stdout);
  auto result = workshop.carry_out(std::move(assignment));
  if (auto* product = std::get_if<T>(&result.product)) return std::move(*product);
  fmt::print(stderr, "{} failed: {}\n{}", what, result.end.cause, workshop.last_lines(result));
  return std::nullopt;
}

int check_plan(Workshop& workshop, Assignment assignment, const ConfigRead& read) {
  if (read.image.empty()) return say_wrong(read.config.image.unsupported);
  assignment.config = read.config;
  assignment.image = read.config.image;
  assignment.image_key = read.image;
  assignment.kind = TaskKind::build_image;
  if (!step<ImageBuilt>(workshop, assignment, "making the config's image")) return kWrong;
  assignment.kind = TaskKind::generate_plan;
  const auto generated = step<PlanGenerated>(workshop, assignment, "generating the plan");
  if (!generated) return kWrong;
  print_plan(generated->plan);
  return kRight;
}

}  // namespace

int check(const CheckRequest& request) {
  if (!request.plan_file.empty()) return check_plan_file(request.plan_file);
  Assignment assignment;
  assignment.repo.spec.name = "check";
  assignment.repo.spec.source = request.repo;
  assignment.repo.spec.config_path = request.config_path;
  git::GitRepoReader reader(fs::temp_directory_path().string());
  auto git_dir = reader.git_dir_of(assignment.repo.spec);
  if (!git_dir) return say_unknown(git_dir.error());
  assignment.repo.git_dir = std::move(*git_dir);
  // A linked worktree's HEAD is not the one of the folder that it shares.
  auto sha = git::is_url(request.repo) ? reader.resolve(assignment.repo.git_dir, request.commit)
                                       : git::resolve_at(request.repo, request.commit);
  if (!sha) return say_unknown(sha.error());
  assignment.sha = std::move(*sha);

  const auto text = reader.file(assignment.repo.git_dir, assignment.sha, request.config_path,
                                limits::kConfigBytes);
  if (!text) return say_wrong(request.config_path + ": " + text.error().message);
  auto config = codec::parse_config(*text, request.config_path);
  if (!config) return say_wrong(config.error().text());
  print_warnings(request.config_path, config->warnings);
  const executor::Tree tree{reader, assignment.repo.git_dir, assignment.sha};
  auto key = executor::image_key(tree, config->image);
  if (!key) return say_wrong(request.config_path + ": " + key.error().text());
  fmt::print("the config is right, at commit {}\n", assignment.sha.substr(0, 12));
  if (!request.use_docker) return kRight;

  Workshop workshop(reader);
  if (auto opened = workshop.open(); !opened) return say_unknown(opened.error());
  return check_plan(workshop, std::move(assignment), {std::move(*config), std::move(*key)});
}

}  // namespace testlooper::app
