#include "http/queue_api.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "http/engine_reply.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

using Tasks = std::vector<pages::TaskSummary>;

bool waits(const pages::TaskSummary& task) {
  return task.state == "ready" || task.state == "waiting";
}

// Nothing that waits: the page changes with the revision alone.
std::optional<Revision> tag_of(Revision revision, const Tasks& tasks) {
  return std::ranges::any_of(tasks, waits) ? std::nullopt : std::optional{revision};
}

// Returns the tasks that wait, and of which nothing is known.
std::vector<TaskId> fill(Tasks& tasks, const WaitingTasks& explained) {
  std::unordered_map<TaskId, const WaitingTask*> known;
  for (const auto& each : explained) known.emplace(each.task, &each);
  std::vector<TaskId> unknown;
  for (auto& task : tasks) {
    if (!waits(task)) continue;
    if (const auto found = known.find(task.id); found != known.end()) {
      task.waits_for = found->second->waits_for;
      task.starts_at = found->second->starts_at;
    } else {
      unknown.push_back(task.id);
    }
  }
  return unknown;
}

// `explained` is what the engine has already said.
awaitable<void> explain(Site& site, Tasks& tasks, WaitingTasks explained = {}) {
  auto unknown = fill(tasks, explained);
  if (unknown.empty()) co_return;
  const auto answer = co_await ask_why_they_wait(site, {std::move(unknown)});
  if (!answer) co_return;
  explained.insert(explained.end(), answer->begin(), answer->end());
  fill(tasks, explained);
}

class QueuePages {
 public:
  QueuePages(Site& site, const Route& route, const Head& head)
      : site_(site),
        context_{site.views, site.comparer, site.retention, site.options, site.facts},
        route_(route),
        head_(head) {}

  awaitable<Response> commit() {
    const auto tests = route_.parameter("tests");
    const bool by_columns = tests == "columns";
    if (!by_columns && !tests.empty() && tests != "rows") {
      co_return refusal_response({400, "invalid", "tests: must be rows or columns"});
    }
    auto page = co_await on_pool(site_.pool,
                                 [this] { return site_.views.commit(route_.repo, route_.commit); });
    if (!page) co_return error_response(page.error());
    co_await explain(site_, page->tasks);
    co_return co_await answer(tag_of(page->revision, page->tasks), [&] {
      return by_columns ? codec::api_json_by_columns(*page) : codec::api_json(*page);
    });
  }

  awaitable<Response> task() {
    auto page =
        co_await on_pool(site_.pool, [this] { return site_.views.task(TaskId{route_.id}); });
    if (!page) co_return error_response(page.error());
    Tasks tasks{page->task};
    co_await explain(site_, tasks);
    page->task = tasks.front();
    co_return co_await answer(tag_of(page->revision, tasks),
                              [&] { return codec::api_json(*page); });
  }

  // The engine is asked first, because it alone knows the order.
  awaitable<Response> engine() {
    EngineQuery query{.repo = route_.parameter("repo")};
    if (const auto limit = route_.parameter("limit"); !limit.empty()) {
      const auto number = to_number(limit);
      if (!number || *number < 1 || *number > limits::kQueueTasks) {
        co_return refusal_response(
            {400, "invalid",
             "limit: must be a whole number from 1 to " + std::to_string(limits::kQueueTasks)});
      }
      query.limit = *number;
    }
    const auto next = co_await ask_why_they_wait(site_, {});
    if (next) {
      for (const auto& each : *next) query.order.push_back(each.task);
    }
    auto page = co_await on_pool(site_.pool, [&] { return site_.views.engine(query); });
    if (!page) co_return error_response(page.error());
    if (next) co_await explain(site_, page->waiting, *next);
    add_facts(*page);
    co_return co_await answer(std::nullopt, [&] { return codec::api_json(*page); });
  }

 private:
  awaitable<Response> answer(std::optional<Revision> tag, std::function<std::string()> to_json) {
    co_return co_await on_pool(site_.pool,
                               [&] { return page_response(context_, head_, tag, to_json); });
  }

  void add_facts(pages::EnginePage& page) const {
    const auto facts = site_.facts();
    page.version = site_.options.version;
    page.executor = facts.executor.version;
    page.executor_error = facts.executor.reason;
    page.places = facts.executor.places;
    page.slots = facts.slots;
    page.started_at = facts.started_at;
    page.answered_at = facts.now;
  }

  Site& site_;
  const ReadContext context_;
  const Route& route_;
  const Head& head_;
};

}  // namespace

bool shows_queue(Endpoint endpoint) {
  return endpoint == Endpoint::commit || endpoint == Endpoint::task || endpoint == Endpoint::engine;
}

awaitable<Response> queue_response(Site& site, const Route& route, const Head& head) {
  QueuePages pages{site, route, head};
  if (route.endpoint == Endpoint::commit) co_return co_await pages.commit();
  if (route.endpoint == Endpoint::task) co_return co_await pages.task();
  co_return co_await pages.engine();
}

}  // namespace testlooper::http
