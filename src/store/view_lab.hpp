// What the pages of flaky tests have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/domain/flaky_page.hpp"

#include "lab/rate.hpp"
#include "store/connection.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {

pages::Rate to_rate(lab::Counts counts);
pages::CommitName commit_name_of(Connection& db, CommitId commit);
// "flaky", "fixed"; "" where the test is not known to flake. Whatever it is called.
std::string standing_of(Connection& db, TestId test);
// A test by its number, by path::name, by suite/path::name, or by the end of its name where only
// one is called so. Errors: not_found, invalid (several are called so; the message names some).
Result<TestId> find_test(Connection& db, const RepoRow& repo, const std::string& name);
// Its name at the newest commit that ran it, as far as it is known.
TestId newest_name(Connection& db, TestId test);

// Flaky tests of the repository that fail in the same attempts, as groups; the first of them has
// most. At most limits::kFlakyTests tests are looked at, by their newest failures.
std::vector<pages::FailingTogether> failing_together(Connection& db, RepoId repo);

}  // namespace testlooper::store
