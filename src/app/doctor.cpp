#include "app/doctor.hpp"

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <stdlib.h>

#include "app/system_clock.hpp"
#include "codec/doctor_text.hpp"
#include "docker/docker_host.hpp"
#include "docker/machine.hpp"

namespace testlooper::app {
namespace {

namespace fs = std::filesystem;

constexpr int kWell = 0, kMissing = 1, kUnknown = 2;
constexpr std::chrono::seconds kPatience{60};

struct Deaf : LiveEvents {
  void published(const ChangeNotice&) override {}
  void log_grew(AttemptKey, std::uint64_t, bool) override {}
};

// Docker's first word, or, where it is ready, that the places were tried.
class FirstWord {
 public:
  void hear(const ExecutorStatus& status) {
    if (status.ready && status.places.empty()) return;
    std::call_once(told_, [&] { said_.set_value(); });
  }
  bool wait() { return said_.get_future().wait_for(kPatience) == std::future_status::ready; }

 private:
  std::once_flag told_;
  std::promise<void> said_;
};

// A folder of its own, so that nothing of a server on the same docker is touched.
std::string make_folder() {
  auto name = (fs::temp_directory_path() / "testlooperXXXXXX").string();
  return mkdtemp(name.data()) == nullptr ? std::string{} : name;
}

std::optional<std::vector<Finding>> examine(const DoctorRequest& request,
                                            const std::string& folder) {
  SystemClock clock;
  Deaf nobody;
  FirstWord word;
  docker::DockerHost host({.socket = docker::socket_path(request.docker_socket),
                           .data_dir = folder,
                           .instance_id = "doctor" + fs::path(folder).filename().string(),
                           .network = "none"},
                          clock, nobody,
                          [&word](const ExecutorStatus& status) { word.hear(status); });
  host.start();
  if (!word.wait()) return std::nullopt;
  auto found = std::make_shared<std::promise<std::vector<Finding>>>();
  host.examine([found](std::vector<Finding> findings) { found->set_value(std::move(findings)); });
  return found->get_future().get();
}

}  // namespace

int doctor(const DoctorRequest& request) {
  spdlog::set_level(spdlog::level::off);  // what counts is found
  const auto folder = make_folder();
  if (folder.empty()) {
    fmt::print(stderr, "testlooper: no folder can be made in {}\n",
               fs::temp_directory_path().string());
    return kUnknown;
  }
  const auto findings = examine(request, folder);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  if (!findings) {
    fmt::print(stderr, "testlooper: docker at {} took more than {} s to answer\n",
               docker::socket_path(request.docker_socket), kPatience.count());
    return kUnknown;
  }
  fmt::print("{}", request.json ? codec::doctor_json(*findings) : codec::doctor_text(*findings));
  return is_well(*findings) ? kWell : kMissing;
}

}  // namespace testlooper::app
