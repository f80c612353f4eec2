// Signing in and out, and tokens and sessions. On the http thread.
#pragma once

#include <string>

#include "http/logins.hpp"
#include "http/router.hpp"
#include "http/site.hpp"

namespace testlooper::http {

// True where login_response() answers this endpoint.
bool is_login(Endpoint endpoint);
awaitable<Response> login_response(Site& site, Route route, Head head, std::string body,
                                   Visitor visitor, Peer peer);

}  // namespace testlooper::http
