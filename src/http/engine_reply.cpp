#include "http/engine_reply.hpp"

#include <functional>

#include "codec/api_json.hpp"

namespace testlooper::http {
namespace {

template <typename T>
struct Reply {
  explicit Reply(const asio::any_io_executor& executor) : signal(executor) {}
  Signal signal;
  std::optional<Result<T>> result;
};

// What the engine is given holds the reply weakly: it may answer after this server is gone.
template <typename T>
std::function<void(Result<T>)> reply_to(const Site& site, const std::shared_ptr<Reply<T>>& reply) {
  return [mailbox = site.mailbox, weak = std::weak_ptr(reply)](Result<T> result) {
    mailbox->post([weak, result = std::move(result)]() mutable {
      const auto waiting = weak.lock();
      if (!waiting) return;
      waiting->result = std::move(result);
      waiting->signal.raise();
    });
  };
}

template <typename T>
awaitable<Result<T>> wait_for(Site& site, std::shared_ptr<Reply<T>> reply) {
  const auto place = site.waiting_for_engine.insert(&reply->signal).first;
  co_await reply->signal.wait(site.options.timeouts.reply);
  site.waiting_for_engine.erase(place);
  if (reply->result) co_return std::move(*reply->result);
  co_return unavailable(site.stopping ? "the server is stopping"
                                      : "the engine did not answer in time; ask again");
}

template <typename T>
Response accepted(const Result<T>& reply, std::string (*json)(T)) {
  return reply ? json_response(202, json(*reply)) : error_response(reply.error());
}

awaitable<Response> announce(Site& site, AnnouncePush order) {
  Result<Revision> result = not_found("the push names no repository");
  for (const auto& name : order.repo_names) {
    const auto reply = std::make_shared<Reply<Revision>>(site.executor);
    site.commands.announce_push(name, order.push, reply_to(site, reply));
    result = co_await wait_for(site, reply);
    if (result || result.error().kind != ErrorKind::not_found) break;
  }
  co_return accepted(result, codec::revision_accepted_json);
}

awaitable<Response> request(Site& site, RequestRuns order) {
  const auto reply = std::make_shared<Reply<DesiredId>>(site.executor);
  site.commands.request_runs(order.repo, order.sha, order.wish, reply_to(site, reply));
  const auto result = co_await wait_for(site, reply);
  co_return accepted(result, codec::request_accepted_json);
}

awaitable<Response> retry(Site& site, RetryCommit order) {
  const auto reply = std::make_shared<Reply<Revision>>(site.executor);
  site.commands.retry_commit(order.repo, order.sha, reply_to(site, reply));
  const auto result = co_await wait_for(site, reply);
  co_return accepted(result, codec::revision_accepted_json);
}

awaitable<Response> cancel(Site& site, Cancel order) {
  const auto reply = std::make_shared<Reply<Revision>>(site.executor);
  site.commands.cancel(order.what, order.who, reply_to(site, reply));
  const auto result = co_await wait_for(site, reply);
  co_return accepted(result, codec::revision_accepted_json);
}

awaitable<Response> give(Site& site, orders::Order order) {
  const auto reply = std::make_shared<Reply<orders::Done>>(site.executor);
  site.commands.carry_out(std::move(order), reply_to(site, reply));
  const auto result = co_await wait_for(site, reply);
  co_return accepted(result, codec::order_done_json);
}

}  // namespace

awaitable<Response> carry_out_order(Site& site, Order order) {
  if (auto* push = std::get_if<AnnouncePush>(&order)) {
    co_return co_await announce(site, std::move(*push));
  }
  if (auto* runs = std::get_if<RequestRuns>(&order)) {
    co_return co_await request(site, std::move(*runs));
  }
  if (auto* what = std::get_if<Cancel>(&order)) co_return co_await cancel(site, std::move(*what));
  if (auto* given = std::get_if<GiveOrder>(&order)) {
    co_return co_await give(site, std::move(given->order));
  }
  co_return co_await retry(site, std::get<RetryCommit>(std::move(order)));
}

}  // namespace testlooper::http
