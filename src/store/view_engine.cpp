// The engine's page, as far as the store knows it.
#include "store/names.hpp"
#include "store/tasks.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"
#include "store/view_tasks.hpp"

namespace testlooper::store {

namespace {

std::int64_t waiting_total(Connection& db, const Part& part) {
  if (!part) {
    return db.number(
        "SELECT count(*) FROM engine_tasks WHERE state IN ('waiting', 'ready')"
        " AND state <> 'finished'");
  }
  return db.number(
      "SELECT count(*) FROM engine_tasks WHERE repo_id = ? AND state IN ('waiting', 'ready')"
      " AND state <> 'finished'",
      *part);
}

}  // namespace

Result<pages::EnginePage> engine_page(Connection& db, const EngineQuery& query) {
  Part part;
  if (!query.repo.empty()) {
    const auto repo = find_repo(db, query.repo);
    if (!repo) return std::unexpected(repo.error());
    part = repo->id;
  }
  pages::EnginePage page;
  page.revision = read_revision(db);
  page.waiting_total = waiting_total(db, part);
  page.draining = read_draining(db);
  page.running = running_tasks(db, part);
  page.waiting = waiting_tasks(db, part, query);
  page.finished = finished_tasks(db, part);
  return page;
}

}  // namespace testlooper::store
