// The branch rules of a repository, and who did what.
#include "store/filter_text.hpp"
#include "store/rules.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

// A literal for each filter, so that each has its index.
#define TL_AUDIT(where)                                                                   \
  "SELECT a.id, a.at, a.who, a.action, coalesce(r.name, ''), a.subject, a.detail"         \
  " FROM engine_audit a LEFT JOIN repo_repos r ON r.id = a.repo_id WHERE a.id < ?1" where \
  " ORDER BY a.id DESC LIMIT ?2"

Query audit_rows(Connection& db, const AuditQuery& query) {
  const auto before = query.before ? query.before->value : INT64_MAX;
  const auto limit = query.limit + 1;
  if (!query.who.empty() && !query.action.empty()) {
    return db.query(TL_AUDIT(" AND a.who = ?3 AND +a.action = ?4"), before, limit, query.who,
                    query.action);
  }
  if (!query.who.empty()) return db.query(TL_AUDIT(" AND a.who = ?3"), before, limit, query.who);
  if (query.action.empty()) return db.query(TL_AUDIT(""), before, limit);
  return db.query(TL_AUDIT(" AND a.action = ?3"), before, limit, query.action);
}

// Steps from one word to the next in its index: the entries are many, the words few.
#define TL_DISTINCT(column)                                         \
  "WITH RECURSIVE word (w) AS (SELECT min(" column                  \
  ") FROM engine_audit UNION ALL"                                   \
  " SELECT (SELECT min(" column ") FROM engine_audit WHERE " column \
  " > w) FROM word"                                                 \
  " WHERE w IS NOT NULL) SELECT w FROM word WHERE w IS NOT NULL LIMIT 200"

std::vector<std::string> words_of(Query rows) {
  std::vector<std::string> words;
  while (rows.next()) words.push_back(rows.text(0));
  return words;
}

}  // namespace

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
  auto rows = audit_rows(db, query);
  while (rows.next()) {
    if (std::ssize(page.entries) == query.limit) {
      page.more = true;
      break;
    }
    page.entries.push_back({rows.id<AuditId>(0), rows.time(1), rows.text(2), rows.text(3),
                            rows.text(4), rows.text(5), rows.text(6)});
  }
  page.people = words_of(db.query(TL_DISTINCT("who")));
  page.actions = words_of(db.query(TL_DISTINCT("action")));
  return page;
}

}  // namespace testlooper::store
