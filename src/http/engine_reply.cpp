#include "http/engine_reply.hpp"

#include <functional>

#include "testlooper/base/limits.hpp"

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
awaitable<Result<T>> wait_for(Site& site, std::shared_ptr<Reply<T>> reply, Milliseconds most) {
  const auto place = site.waiting_for_engine.insert(&reply->signal).first;
  co_await reply->signal.wait(most);
  site.waiting_for_engine.erase(place);
  if (reply->result) co_return std::move(*reply->result);
  co_return unavailable(site.stopping ? "the server is stopping"
                                      : "the engine did not answer in time; ask again");
}

template <typename T, typename Json>
Response accepted(const Result<T>& reply, Json json) {
  return reply ? json_response(202, json(*reply)) : error_response(reply.error());
}

awaitable<Response> announce(Site& site, AnnouncePush order) {
  Result<Revision> result = not_found("the push names no repository");
  for (const auto& name : order.repo_names) {
    const auto reply = std::make_shared<Reply<Revision>>(site.executor);
    site.commands.announce_push(name, order.push, reply_to(site, reply));
    result = co_await wait_for(site, reply, site.options.timeouts.reply);
    if (result || result.error().kind != ErrorKind::not_found) break;
  }
  co_return accepted(result, codec::revision_accepted_json);
}

// `give` hands the order to the engine.
template <typename T, typename Give>
awaitable<Result<T>> ask(Site& site, Give give) {
  const auto reply = std::make_shared<Reply<T>>(site.executor);
  give(reply_to(site, reply));
  co_return co_await wait_for(site, reply, site.options.timeouts.reply);
}

awaitable<Response> request(Site& site, RequestRuns order) {
  const auto result = co_await ask<DesiredId>(site, [&](auto reply) {
    site.commands.request_runs(order.repo, order.sha, order.wish, std::move(reply));
  });
  co_return accepted(result, codec::request_accepted_json);
}

awaitable<Response> retry(Site& site, RetryCommit order) {
  const auto result = co_await ask<Revision>(site, [&](auto reply) {
    site.commands.retry_commit(order.repo, order.sha, order.who, std::move(reply));
  });
  co_return accepted(result, codec::revision_accepted_json);
}

awaitable<Response> cancel(Site& site, Cancel order) {
  const auto result = co_await ask<Revision>(
      site, [&](auto reply) { site.commands.cancel(order.what, order.who, std::move(reply)); });
  co_return accepted(result, codec::revision_accepted_json);
}

awaitable<Response> give(Site& site, orders::Order order) {
  co_return accepted(co_await give_order(site, std::move(order)), codec::order_done_json);
}

HistoryWish history_of(const ExperimentRequest& request) {
  HistoryWish wish{request.repo, {}};
  if (request.kind != ExperimentKind::bisect) {
    wish.ranges.push_back({.to = request.commit, .from = {}, .limit = 1});
    if (!request.against.empty()) {
      wish.ranges.push_back({.to = request.against, .from = {}, .limit = 1});
    }
    return wish;
  }
  const auto limit = request.good.empty() ? limits::kBisectCommitsUnnamed : limits::kBisectCommits;
  wish.ranges.push_back({.to = request.bad, .from = request.good, .limit = limit});
  if (!request.good.empty()) {
    wish.ranges.push_back({.to = request.good, .from = {}, .limit = 1});
  }
  return wish;
}

// What it names may be older than what was ever scanned. A history that can't be had is no reason
// to refuse what is stored.
awaitable<Response> begin(Site& site, BeginExperiment order) {
  co_await ask<Revision>(site, [&](auto reply) {
    site.commands.bring_history(history_of(order.request), std::move(reply));
  });
  using Specs = Result<std::vector<NewExperiment>>;
  auto specs = co_await on_pool(site.pool, [&]() -> std::optional<Specs> {
    return site.views.new_experiments(order.request);
  });
  if (!*specs) co_return error_response(specs->error());
  co_return co_await give(site, orders::StartExperiments{std::move(**specs), order.request.yes});
}

awaitable<Response> add(Site& site, AddRepo order) {
  const auto result = co_await ask<Revision>(
      site, [&](auto reply) { site.commands.add_repo(order.spec, order.who, std::move(reply)); });
  if (!result) co_return error_response(result.error());
  co_return json_response(
      202, codec::api_json(codec::RepoAdded{*result, order.spec.name, std::move(order.hook)}));
}

awaitable<Response> change(Site& site, ChangeRepo order) {
  const auto result = co_await ask<Revision>(site, [&](auto reply) {
    site.commands.change_repo(order.repo, order.settings, order.who, std::move(reply));
  });
  co_return accepted(result, codec::revision_accepted_json);
}

awaitable<Response> remove(Site& site, RemoveRepo order) {
  const auto result = co_await ask<Revision>(site, [&](auto reply) {
    site.commands.remove_repo(order.repo, order.purge, order.who, std::move(reply));
  });
  if (result && order.purge) site.retention.run_soon();  // its files go first
  co_return accepted(result, codec::revision_accepted_json);
}

awaitable<Response> reload(Site& site, Reload order) {
  const auto report = co_await ask<ReloadReport>(
      site, [&](auto reply) { site.commands.reload(order.who, std::move(reply)); });
  co_return report ? json_response(200, codec::api_json(*report)) : error_response(report.error());
}

}  // namespace

awaitable<Result<orders::Done>> give_order(Site& site, orders::Order order) {
  co_return co_await ask<orders::Done>(
      site, [&](auto reply) { site.commands.carry_out(std::move(order), std::move(reply)); });
}

awaitable<Response> carry_out_order(Site& site, Order order) {
  if (auto* push = std::get_if<AnnouncePush>(&order)) return announce(site, std::move(*push));
  if (auto* runs = std::get_if<RequestRuns>(&order)) return request(site, std::move(*runs));
  if (auto* stopped = std::get_if<Cancel>(&order)) return cancel(site, std::move(*stopped));
  if (auto* given = std::get_if<GiveOrder>(&order)) return give(site, std::move(given->order));
  if (auto* added = std::get_if<AddRepo>(&order)) return add(site, std::move(*added));
  if (auto* changed = std::get_if<ChangeRepo>(&order)) return change(site, std::move(*changed));
  if (auto* removed = std::get_if<RemoveRepo>(&order)) return remove(site, std::move(*removed));
  if (auto* again = std::get_if<Reload>(&order)) return reload(site, std::move(*again));
  if (auto* begun = std::get_if<BeginExperiment>(&order)) return begin(site, std::move(*begun));
  return retry(site, std::get<RetryCommit>(std::move(order)));
}

awaitable<Result<WaitingTasks>> ask_why_they_wait(Site& site, WaitingQuery query) {
  const auto reply = std::make_shared<Reply<WaitingTasks>>(site.executor);
  site.commands.explain_waiting(std::move(query), reply_to(site, reply));
  co_return co_await wait_for(site, reply, site.options.timeouts.queue);
}

}  // namespace testlooper::http
