// The kept columns of settled commits: when they are read, and when they are not.
#include "store/column.hpp"

#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Columns : public StoreWorld {
 protected:
  Columns() {
    add_line(1);
    prepare(1, 3);
    desired_ = want(1, request(10));
    run(1, desired_, {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::failed)});
    run(1, desired_, {result_of(named(0), Outcome::failed), result_of(named(2), Outcome::skipped)});
  }
  Column read() {
    Connection db{file(), Access::read};
    return read_column(db, id(1));
  }
  std::int64_t kept() {
    Connection db{file(), Access::read};
    return db.number("SELECT count(*) FROM test_columns");
  }
  // Makes a kept column tell itself from what the roll-ups say.
  void spoil() {
    Connection db{file(), Access::write};
    db.run("UPDATE test_columns SET cells = 'XXX'");
  }

  DesiredId desired_;
};

TEST_F(Columns, HaveACharacterForEachTestAndTheNumbersOfTheFlakyOnes) {
  const auto column = read();
  EXPECT_EQ(column.tests, tests(1));
  EXPECT_EQ(column.cells, "~FS");
  EXPECT_EQ(column.mixed, (std::vector<Column::Mixed>{{1, 2}}));
}

TEST_F(Columns, AreKeptWhenTheirCommitSettles) {
  const auto before = read();
  EXPECT_EQ(kept(), 0);
  commit({change::CommitSettled{id(1)}});
  EXPECT_EQ(kept(), 1);
  EXPECT_EQ(read(), before);
}

TEST_F(Columns, AreNotBelievedOfAnUnsettledCommit) {
  commit({change::CommitSettled{id(1)}});
  spoil();
  EXPECT_EQ(read().cells, "XXX");
  run(1, desired_, {result_of(named(2), Outcome::crashed)});
  EXPECT_EQ(read().cells, "~FC");
  commit({change::CommitSettled{id(1)}});
  EXPECT_EQ(read().cells, "~FC");
}

TEST_F(Columns, ThatAnOlderProgramLeftOutAreMadeAtTheStart) {
  commit({change::CommitSettled{id(1)}});
  {
    Connection db{file(), Access::write};
    db.run("DELETE FROM test_columns");
  }
  reopen();
  EXPECT_EQ(kept(), 1);
  EXPECT_EQ(read().cells, "~FS");
}

}  // namespace
}  // namespace testlooper::store
