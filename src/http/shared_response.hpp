// Answers a page that many may look at, on the http thread. See shared_pages.hpp.
#pragma once

#include "http/response.hpp"
#include "http/router.hpp"
#include "http/site.hpp"

namespace testlooper::http {

// True where shared_response() answers this endpoint: what it says depends on the target alone, not
// on who asks.
bool is_shared(Endpoint endpoint);
awaitable<Response> shared_response(Site& site, Route route, Head head);

}  // namespace testlooper::http
