#include "store/conditions.hpp"

#include "testlooper/base/check.hpp"
#include "testlooper/ports/store.hpp"

#include "codec/condition_script.hpp"
#include "codec/condition_text.hpp"

namespace testlooper::store {

std::optional<ConditionId> condition_id(Connection& db, RepoId repo, const Condition& condition) {
  if (condition.plain()) return std::nullopt;
  const auto text = codec::condition_text(condition);
  const ConditionId known{
      db.number("SELECT id FROM test_conditions WHERE repo_id = ? AND text = ?", repo, text)};
  if (known) return known;
  return ConditionId{
      db.insert("INSERT INTO test_conditions (repo_id, text) VALUES (?, ?)", repo, text)};
}

Condition read_condition(Connection& db, const std::optional<ConditionId>& id) {
  if (!id) return {};
  auto row = db.query("SELECT text FROM test_conditions WHERE id = ?", *id);
  TL_CHECK(row.next());
  auto condition = codec::parse_condition_text(row.view(0));
  if (!condition) {
    throw StoreFault("the store is damaged: a stored condition does not parse: " +
                     condition.error().text());
  }
  return std::move(*condition);
}

std::vector<std::string> read_condition_words(Connection& db,
                                              const std::optional<ConditionId>& id) {
  return codec::condition_words(read_condition(db, id));
}

std::optional<ConditionId> condition_of(Connection& db, const std::optional<DesiredId>& desired) {
  if (!desired) return std::nullopt;
  auto row = db.query("SELECT condition_id FROM test_desired WHERE id = ?", *desired);
  return row.next() ? row.optional_id<ConditionId>(0) : std::nullopt;
}

std::string unmet_condition(Connection& db, DesiredId desired) {
  auto row = db.query(
      "SELECT cause FROM engine_tasks WHERE desired_id = ? AND state = 'finished'"
      " AND outcome = 'error' AND cause LIKE ? || '%' ORDER BY id DESC LIMIT 1",
      desired, codec::kUnmetCondition);
  return row.next() ? row.text(0) : std::string{};
}

}  // namespace testlooper::store
