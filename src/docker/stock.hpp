// Docker's images that carry our label: listed for retention, and removed. Exec thread only.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/retention.hpp"

#include "docker/host.hpp"

namespace testlooper::docker {

Awaitable<Result<std::vector<KeptImage>>> list_our_images(Host& host);
// One that is in use, or gone, is no error.
Awaitable<Result<void>> remove_our_image(Host& host, std::string reference);

}  // namespace testlooper::docker
