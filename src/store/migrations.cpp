#include "store/migrations.hpp"

#include <array>
#include <string>

#include "testlooper/base/check.hpp"

#include "store/clusters.hpp"

namespace testlooper::store {
namespace {

// Number 1 first. A step that was released is never edited: the next one corrects it.
constexpr auto kMigrations = std::to_array<const char*>({
#include "store/migrations/0001_first.sql.inc"
    ,
#include "store/migrations/0002_results.sql.inc"
    ,
#include "store/migrations/0003_desired.sql.inc"
    ,
#include "store/migrations/0004_retention.sql.inc"
    ,
#include "store/migrations/0005_scheduling.sql.inc"
    ,
#include "store/migrations/0006_columns.sql.inc"
    ,
#include "store/migrations/0007_builds.sql.inc"
    ,
#include "store/migrations/0008_clears.sql.inc"
    ,
#include "store/migrations/0009_repos.sql.inc"
    ,
#include "store/migrations/0010_lineage.sql.inc"
    ,
#include "store/migrations/0011_measured.sql.inc"
    ,
#include "store/migrations/0012_idle.sql.inc"
    ,
#include "store/migrations/0013_flaky.sql.inc"
    ,
#include "store/migrations/0014_places.sql.inc"
    ,
#include "store/migrations/0015_experiments.sql.inc"
    ,
#include "store/migrations/0016_conditions.sql.inc"
    ,
#include "store/migrations/0017_imports.sql.inc"
    ,
#include "store/migrations/0018_logins.sql.inc"
    ,
#include "store/migrations/0019_series.sql.inc"
    ,
#include "store/migrations/0020_schedules.sql.inc"
    ,
#include "store/migrations/0021_monitoring.sql.inc"
    ,
#include "store/migrations/0022_wish_counts.sql.inc"
});

// What SQL can't do, after the step of this number.
void after(int number, Connection& db) {
  if (number == 13) cluster_all(db);
}

constexpr std::int64_t kApplicationId = 0x544c6f6f;  // "TLoo"

void refuse_strangers(Connection& connection, std::int64_t version) {
  if (version > newest_schema()) {
    throw StoreFault("the store has schema " + std::to_string(version) +
                     ", and this program knows " + std::to_string(newest_schema()) +
                     " at most: start the newer program that made it");
  }
  const bool has_tables = connection.number("SELECT count(*) FROM sqlite_schema") > 0;
  if (has_tables && connection.number("PRAGMA application_id") != kApplicationId) {
    throw StoreFault("the file is an SQLite database of another program: name another data folder");
  }
}

}  // namespace

int newest_schema() { return static_cast<int>(kMigrations.size()); }

void migrate(Connection& connection) {
  const auto version = connection.number("PRAGMA user_version");
  refuse_strangers(connection, version);
  // A table is rebuilt by making it anew, copying and dropping, which would count as the loss of
  // all that its rows are named by; and the switch can't be turned within a transaction.
  connection.script("PRAGMA foreign_keys = OFF");
  for (auto number = version + 1; number <= newest_schema(); ++number) {
    Transaction transaction{connection, Transaction::Kind::write};
    connection.script(kMigrations.at(static_cast<std::size_t>(number - 1)));
    after(static_cast<int>(number), connection);
    TL_CHECK(connection.number("SELECT count(*) FROM pragma_foreign_key_check") == 0);
    connection.script("PRAGMA application_id = " + std::to_string(kApplicationId));
    connection.script("PRAGMA user_version = " + std::to_string(number));
    transaction.commit();
  }
  connection.script("PRAGMA foreign_keys = ON");
}

}  // namespace testlooper::store
