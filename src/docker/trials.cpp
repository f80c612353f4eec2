#include "docker/trials.hpp"

#include "docker/learn.hpp"
#include "docker/pause_image.hpp"
#include "docker/requests.hpp"

namespace testlooper::docker {
namespace {

constexpr Seconds kAnswerDeadline{5};
constexpr int kTries = 3;  // each with a limit less

// A runtime that can't work leaves a container that has ended, or does not start it at all.
Awaitable<std::string> start_and_talk(Host& host, std::string name, const std::string& body) {
  auto made = co_await body_of(host, post("/containers/create?name=" + name, body), "no container");
  if (!made) co_return made.error().message;
  const std::string path = "/containers/" + name;
  auto line = co_await host.client.attach(path + "/attach?stream=1&stdin=1&stdout=1");
  if (!line) co_return line.error().message;
  auto started = co_await body_of(host, post(path + "/start"), "it does not start");
  if (!started) co_return started.error().message;
  const auto asked = co_await (*line)->write("r", kAnswerDeadline);
  const auto answer = co_await (*line)->read(kAnswerDeadline);
  if (!asked || !answer || answer->empty()) co_return "what it started does not answer";
  co_return std::string{};
}

}  // namespace

Awaitable<std::string> try_runtime(Host& host, std::string runtime) {
  std::string why;
  for (int tries = 0; tries < kTries; ++tries) {
    auto facts = host.facts;
    facts.runtime = runtime;
    const std::string name = pause_name(host.options.instance_id, host.next_number++);
    host.in_use.insert(name);
    why = co_await start_and_talk(
        host, name, pause_body(name, pause_image_tag(), host.options.instance_id, "none", facts));
    co_await remove_container(host, name);
    host.in_use.erase(name);
    // A limit that no runtime may set here is not this one's fault.
    if (why.empty() || !learn(host, why)) break;
  }
  co_return why;
}

}  // namespace testlooper::docker
