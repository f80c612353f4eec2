// Gives an order to the engine and waits for its reply, on the http thread.
#pragma once

#include "http/orders_api.hpp"
#include "http/response.hpp"
#include "http/site.hpp"

namespace testlooper::http {

awaitable<Response> carry_out_order(Site& site, Order order);

}  // namespace testlooper::http
