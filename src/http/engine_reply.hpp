// Gives an order to the engine and waits for its reply, on the http thread.
#pragma once

#include "http/orders_api.hpp"
#include "http/response.hpp"
#include "http/site.hpp"

namespace testlooper::http {

awaitable<Result<orders::Done>> give_order(Site& site, orders::Order order);
awaitable<Response> carry_out_order(Site& site, Order order);
// Errors: unavailable, where the engine is busy.
awaitable<Result<WaitingTasks>> ask_why_they_wait(Site& site, WaitingQuery query);

}  // namespace testlooper::http
