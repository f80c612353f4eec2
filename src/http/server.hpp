// The HTTP server: pages, API, events and webhooks on one thread of its own, with a small pool for
// what blocks. start() and stop() are called by the wiring, on one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "testlooper/base/result.hpp"
#include "testlooper/ports/commands.hpp"
#include "testlooper/ports/comparer.hpp"
#include "testlooper/ports/retention.hpp"
#include "testlooper/ports/views.hpp"

#include "http/assets.hpp"
#include "http/event_hub.hpp"
#include "http/options.hpp"

namespace testlooper::http {

class HttpServer {
 public:
  // What is handed in must live until stop() returns.
  HttpServer(HttpOptions options, Views& views, Comparer& comparer, Commands& commands,
             Retention& retention, EventHub& hub, FactsSource facts, std::span<const Asset> assets);
  ~HttpServer();  // stops

  // A code that signs a browser in as this token once. Before start() only.
  std::string sign_in_code(const KnownLogin& login);
  // Serves from its return on. Errors: invalid (the address), unavailable (the port is taken).
  Result<void> start();
  // Takes nothing new, lets requests end for HttpOptions::timeouts.stop, then cuts. Replies of the
  // engine that come later go nowhere.
  void stop();

  std::uint16_t port() const;
  std::uint16_t hook_port() const;  // 0 where there is none

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace testlooper::http
