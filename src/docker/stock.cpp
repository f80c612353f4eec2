#include "docker/stock.hpp"

#include "docker/requests.hpp"
#include "docker/responses.hpp"

namespace testlooper::docker {

Awaitable<Result<std::vector<KeptImage>>> list_our_images(Host& host) {
  const auto body = co_await body_of(host, get("/images/json"), "docker does not list its images");
  if (!body) co_return std::unexpected(body.error());
  co_return parse_our_images(*body, host.options.instance_id);
}

Awaitable<Result<void>> remove_our_image(Host& host, std::string reference) {
  Request request = get(remove_image_target(reference));
  request.method = "DELETE";
  const auto reply = co_await host.client.call(std::move(request));
  if (!reply) co_return std::unexpected(reply.error());
  constexpr int kGone = 404, kInUse = 409;
  if (!reply->ok() && reply->status != kGone && reply->status != kInUse) {
    co_return unavailable(reference + " can't be removed: " + parse_message(reply->body));
  }
  co_return Result<void>{};
}

}  // namespace testlooper::docker
