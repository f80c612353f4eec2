#include "docker/host.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "docker/responses.hpp"
#include "net/percent.hpp"

namespace testlooper::docker {
namespace {

namespace asio = boost::asio;

// What docker warns of is bounded by docker; this only keeps a surprise from growing for ever.
constexpr std::size_t kWarnings = 100;

Awaitable<Result<std::string>> call_function(std::function<Result<std::string>()> work) {
  co_return work();
}

}  // namespace

Host::Host(DockerOptions wanted, Clock& clock_, LiveEvents& live_)
    : options(std::move(wanted)),
      clock(clock_),
      live(live_),
      client(io.get_executor(), options.socket),
      changed(io.get_executor()),
      kept_volumes(options.kept_volumes) {}

Result<void> Host::check_ready() const {
  if (stopping) return fail(ErrorKind::cancelled, "the server is stopping");
  if (!ready) return unavailable(not_ready_reason);
  return {};
}

void Host::warn_once(const std::string& what) {
  if (warnings.size() < kWarnings && warnings.insert(what).second) {
    spdlog::warn("docker: {}", what);
  }
}

Result<std::shared_ptr<LogSink>> Host::open_log(AttemptKey attempt, const std::string& path,
                                                bool continues) {
  return LogSink::open(io.get_executor(), live, attempt,
                       {options.data_dir, path, options.log_bytes, continues});
}

void spawn(Host& host, Awaitable<void> work, std::function<void(std::exception_ptr)> done) {
  ++host.working;
  asio::co_spawn(host.io, std::move(work), [&host, done = std::move(done)](std::exception_ptr e) {
    done(e);
    --host.working;
    host.changed.notify();
  });
}

Awaitable<Result<std::string>> on_pool(Host& host, std::function<Result<std::string>()> work) {
  co_return co_await asio::co_spawn(host.pool, call_function(std::move(work)), asio::use_awaitable);
}

Request get(std::string target) {
  Request request;
  request.method = "GET";
  request.target = std::move(target);
  return request;
}

Request post(std::string target, std::string body) {
  Request request;
  request.method = "POST";
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

Awaitable<Result<std::string>> body_of(Host& host, Request request, std::string what) {
  auto reply = co_await host.client.call(std::move(request));
  if (!reply) co_return std::unexpected(reply.error());
  if (!reply->ok()) co_return unavailable(what + ": " + parse_message(reply->body));
  co_return std::move(reply->body);
}

Awaitable<bool> remove_container(Host& host, std::string name) {
  Request request = get("/containers/" + net::percent_encoded(name) + "?force=1&v=1");
  request.method = "DELETE";
  const auto reply = co_await host.client.call(std::move(request));
  const bool gone = reply && (reply->ok() || reply->status == 404);
  if (!gone) host.reap_wanted = true;
  co_return gone;
}

Awaitable<bool> remove_volume(Host& host, std::string name) {
  Request request = get(volume_target(name));
  request.method = "DELETE";
  const auto reply = co_await host.client.call(std::move(request));
  const bool gone = reply && (reply->ok() || reply->status == 404);
  if (!gone) host.reap_wanted = true;
  co_return gone;
}

std::string text_of(std::exception_ptr exception) {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an unknown exception";
  }
}

}  // namespace testlooper::docker
