// What all connections of a server share. Belongs to the http thread, but for what says otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>

#include "testlooper/ports/commands.hpp"
#include "testlooper/ports/comparer.hpp"
#include "testlooper/ports/retention.hpp"
#include "testlooper/ports/views.hpp"

#include "http/assets.hpp"
#include "http/coro.hpp"
#include "http/guard.hpp"
#include "http/logins.hpp"
#include "http/mailbox.hpp"
#include "http/options.hpp"
#include "http/shared_pages.hpp"
#include "http/viewers.hpp"

namespace testlooper::http {

struct Site {
  HttpOptions options;   // constant after the start
  OwnHosts own_hosts;    // as options
  Views& views;          // any thread; blocks
  Comparer& comparer;    // likewise
  Commands& commands;    // any thread
  Retention& retention;  // any thread; preview() blocks
  FactsSource facts;     // any thread
  std::span<const Asset> assets;
  asio::any_io_executor executor;
  asio::thread_pool& pool;
  std::shared_ptr<Mailbox> mailbox;
  Viewers viewers;
  Logins logins = {};
  SharedPages pages = {};
  std::uint64_t orders = 0;  // that were answered
  bool stopping = false;
  std::set<Signal*> waiting_for_engine;

  // Rises whenever somebody outside may know of something new.
  std::uint64_t told() const { return orders + viewers.published(); }
};

}  // namespace testlooper::http
