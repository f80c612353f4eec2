// The tests of a commit's page by columns: ten thousand of them are one list of names, one of
// numbers, and so on, which is a tenth of the text and compresses in a few milliseconds.
// openapi.json describes it as TestColumns. Pure; any thread.
#pragma once

#include <vector>

#include "testlooper/domain/pages.hpp"
#include "testlooper/domain/test_page.hpp"

#include "codec/json_writer.hpp"

namespace testlooper::codec {

void write_test_columns(JsonWriter& writer, const std::vector<pages::TestSummary>& tests);
// RunColumns: likewise the runs of a test's page.
void write_run_columns(JsonWriter& writer, const std::vector<pages::TestRun>& runs);

}  // namespace testlooper::codec
