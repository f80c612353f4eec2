// The engine's page, as far as the store knows it.
#include "store/tasks.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"
#include "store/view_tasks.hpp"

namespace testlooper::store {

Result<pages::EnginePage> engine_page(Connection& db, WallTime now) {
  pages::EnginePage page;
  page.revision = read_revision(db);
  page.waiting_total = db.number(
      "SELECT count(*) FROM engine_tasks WHERE state IN ('waiting', 'ready')"
      " AND state <> 'finished'");
  page.draining = read_draining(db);
  page.running = running_tasks(db, now);
  page.waiting = waiting_tasks(db, now);
  page.finished = finished_tasks(db, now);
  return page;
}

}  // namespace testlooper::store
