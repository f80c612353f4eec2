// The two streams of server-sent events: what changes, and a log as it grows. Each ends with its
// connection, or with the server.
#pragma once

#include "http/router.hpp"
#include "http/site.hpp"
#include "http/wire.hpp"

namespace testlooper::http {

awaitable<void> stream_events(Site& site, Wire& wire, Visitor visitor);
awaitable<void> stream_log(Site& site, Wire& wire, Route route, Head head, Visitor visitor);

}  // namespace testlooper::http
