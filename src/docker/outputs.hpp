// What a container leaves besides its files: the volume that a build has filled, and the container
// itself, kept as an image. Exec thread only.
#pragma once

#include <string>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"

namespace testlooper::docker {

// Makes the volume for a build's output. Errors: unavailable.
Awaitable<Result<void>> make_output_volume(Host& host, std::string name);
// Of these mounts, the volumes that docker made itself, because they were not there. Only asked
// once a container holds them, so that none can go after the answer.
Awaitable<Result<std::vector<std::string>>> find_lost(Host& host, std::vector<VolumeMount> mounts);
// What a container that has ended left at kOutputFolder; `volume` is left empty.
Awaitable<Result<OutputVolume>> measure_output(Host& host, std::string container,
                                               const ContainerJob& job);
// Keeps a container that has ended as an image. Errors: unavailable.
Awaitable<Result<void>> keep_container(Host& host, std::string container, std::string tag);

}  // namespace testlooper::docker
