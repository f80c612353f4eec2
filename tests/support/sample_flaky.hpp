// Pages of flaky tests with a value in every member.
#pragma once

#include "testlooper/domain/flaky_page.hpp"

namespace testlooper::testing {

pages::Quarantine sample_quarantine();
pages::FlakyPage sample_flaky_page();
pages::ClustersPage sample_clusters_page();
pages::ClusterPage sample_cluster_page();
// "test_a.py::test_one", and an entry that has expired.
pages::QuarantinePage sample_quarantine_page();

}  // namespace testlooper::testing
