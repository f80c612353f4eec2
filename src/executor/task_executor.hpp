// The executor of this machine: carries out each kind of task with git objects, containers and the
// texts that they leave. start() and cancel() come from the engine's thread; the work is done on
// the pool's threads and in the container host. Holds nothing but which attempts are under way.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "testlooper/ports/container_host.hpp"
#include "testlooper/ports/executor.hpp"
#include "testlooper/ports/live.hpp"
#include "testlooper/ports/repo_reader.hpp"

#include "executor/image_key.hpp"
#include "executor/interpret.hpp"
#include "executor/jobs.hpp"
#include "executor/series.hpp"

namespace testlooper::executor {

// Files below the data folder, by their paths in it. Called on threads that may block.
struct OutputFiles {
  // What a finished log holds of the standard output, at most limits::kTestListBytes.
  std::function<Result<std::string>(const std::string& log_path)> standard_output;
  // Hands a finished log over from a byte on, piece by piece.
  std::function<Result<void>(const std::string& log_path, std::uint64_t from,
                             const std::function<void(std::string_view)>& take)>
      read_log;
  std::function<Result<void>(const std::string& path, std::string_view bytes)> write;
  std::function<std::optional<std::uint64_t>(const std::string& path)> size;
};

struct ExecutorParts {
  ContainerHost& host;
  RepoReader& reader;
  ExecutorEvents& events;
  LiveEvents& live;  // hears when an attempt's log is complete
  // Runs the function soon, on a thread that may block.
  std::function<void(std::function<void()>)> post;
  OutputFiles files;
  // A folder for tar files that are deleted as soon as docker has them.
  std::string temp_dir;
  HostLimits limits;
};

class TaskExecutor : public Executor {
 public:
  explicit TaskExecutor(ExecutorParts parts);

  void start(Assignment assignment) override;
  void cancel(AttemptKey attempt, std::string why) override;
  void drop_volumes(std::vector<std::string> volumes) override;
  LogInfo left_log(AttemptKey attempt) override;

 private:
  bool is_cancelled(AttemptKey attempt);
  void cancel_if_asked(AttemptKey attempt);
  void carry_out(const Assignment& assignment);
  void read_config(const Assignment& assignment);
  void build_image(const Assignment& assignment);
  void run_container(const Assignment& assignment);
  void start_run(const SeriesPtr& series, std::chrono::steady_clock::time_point began);
  void run_ended(const SeriesPtr& series, std::chrono::steady_clock::time_point began,
                 Result<ContainerEnd> ended);
  Interpreted interpret_one(const Series& series, const Result<ContainerEnd>& ended);
  void keep_outputs(const Assignment& assignment, Interpreted& result);
  Interpreted interpret(const Series& series, const ContainerEnd& container);
  Interpreted interpret_tests(const Assignment& assignment, const ContainerEnd& container,
                              std::uint64_t log_begin);
  Interpreted interpret_plan(const Assignment& assignment, const ContainerEnd& container);
  std::function<Result<std::string>()> tar_maker(const Assignment& assignment,
                                                 const std::string& prefix,
                                                 const std::string& name);
  Tree tree_of(const Assignment& assignment);
  void finish(AttemptKey attempt, AttemptEnd end, Product product);

  ExecutorParts parts_;
  std::mutex mutex_;
  std::set<AttemptKey> under_way_;
  std::set<AttemptKey> cancelled_;
};

}  // namespace testlooper::executor
