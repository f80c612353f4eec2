// The branch rules of a repository, and who did what.
#include "store/filter_text.hpp"
#include "store/rules.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {

Result<pages::RulesPage> rules_page(Connection& db, const std::string& name) {
  const auto repo = find_repo(db, name);
  if (!repo) return std::unexpected(repo.error());
  pages::RulesPage page;
  page.revision = read_revision(db);
  page.repo = name;
  for (auto& rule : rules_of(db, repo->id)) {
    auto text = describe(rule.filter);
    page.rules.push_back({std::move(rule), std::move(text)});
  }
  return page;
}

Result<pages::AuditPage> audit_page(Connection& db, const AuditQuery& query) {
  pages::AuditPage page;
  page.revision = read_revision(db);
  auto rows = db.query(
      "SELECT a.id, a.at, a.who, a.action, coalesce(r.name, ''), a.subject, a.detail"
      " FROM engine_audit a LEFT JOIN repo_repos r ON r.id = a.repo_id"
      " WHERE a.id < ? ORDER BY a.id DESC LIMIT ?",
      query.before ? query.before->value : INT64_MAX, query.limit + 1);
  while (rows.next()) {
    if (std::ssize(page.entries) == query.limit) {
      page.more = true;
      break;
    }
    page.entries.push_back({rows.id<AuditId>(0), rows.time(1), rows.text(2), rows.text(3),
                            rows.text(4), rows.text(5), rows.text(6)});
  }
  return page;
}

}  // namespace testlooper::store
