// The pages that show tasks which wait: what the store knows of them, and why they wait, which the
// engine says. A busy engine keeps nobody long: after limits::kHttpQueueMs the page comes without.
#pragma once

#include "http/pages_api.hpp"
#include "http/site.hpp"

namespace testlooper::http {

// True where queue_response() answers this endpoint.
bool shows_queue(Endpoint endpoint);
awaitable<Response> queue_response(Site& site, const Route& route, const Head& head);

}  // namespace testlooper::http
