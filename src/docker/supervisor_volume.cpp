#include "docker/supervisor_volume.hpp"

#include "docker/archive.hpp"
#include "docker/pause_image.hpp"
#include "docker/requests.hpp"
#include "docker/tar.hpp"
#include "sandbox/program.hpp"

namespace testlooper::docker {

Awaitable<Result<std::string>> SupervisorVolume::ensure() {
  const std::string name = supervisor_volume_name(host_.options.instance_id);
  while (filling_) {
    co_await host_.changed.wait();
    if (!filling_ && error_) co_return std::unexpected(*error_);
  }
  if (filled_) co_return name;
  filling_ = true;
  error_.reset();
  host_.in_use.insert(name);
  spawn(host_, fill(name), [this](std::exception_ptr e) {
    if (e) error_ = Error{ErrorKind::unavailable, text_of(e), "the supervisor's volume"};
    filled_ = !error_;
    filling_ = false;
    host_.changed.notify();
  });
  while (filling_) co_await host_.changed.wait();
  if (error_) co_return std::unexpected(*error_);
  co_return name;
}

Awaitable<void> SupervisorVolume::fill(std::string name) {
  const std::string filler = layer_container_name(host_.options.instance_id, host_.next_number++);
  host_.in_use.insert(filler);
  auto done = co_await fill_by(std::move(name), filler);
  co_await remove_container(host_, filler);
  host_.in_use.erase(filler);
  if (!done) error_ = done.error();
}

Awaitable<Result<void>> SupervisorVolume::fill_by(std::string name, std::string filler) {
  const auto& instance = host_.options.instance_id;
  auto made =
      co_await body_of(host_, post("/volumes/create", volume_body(name, instance, kSupervisorKind)),
                       "no volume for the supervisor of runs");
  if (!made) co_return std::unexpected(made.error());
  made = co_await body_of(
      host_,
      post("/containers/create?name=" + filler, filler_body(pause_image_tag(), instance, name)),
      "no container to fill the supervisor's volume");
  if (!made) co_return std::unexpected(made.error());
  Request program;
  program.body = tar_of_program(std::string(kSupervisorFolder).substr(1) + "/" + kSupervisorFile,
                                sandbox::supervisor_program());
  co_return co_await put_archive(host_, filler, std::move(program));
}

}  // namespace testlooper::docker
