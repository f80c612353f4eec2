// A store with four commits and an experiment's questions about a test of the newest.
#pragma once

#include <utility>

#include "store_world.hpp"

namespace testlooper::store {

class ExperimentStore : public StoreWorld {
 protected:
  ExperimentStore() {
    add_line(4);
    prepare(4, 2);
  }

  NewExperiment spec_of(ExperimentQuestion question) {
    return {.repo = repo_,
            .test = test(4, named(0)),
            .question = std::move(question),
            .max_runs = 100,
            .in_flight = 4,
            .background = true,
            .requested_by = "cli",
            .condition = {}};
  }
  ExperimentId create(ExperimentQuestion question) {
    return commit({change::ExperimentCreated{spec_of(std::move(question))}}).created.at(0);
  }
  ExperimentState state(ExperimentId id) { return store_->experiment(id).value(); }
  DesiredTesting wish(ExperimentId id, std::int64_t runs) {
    DesiredTesting wish;
    wish.source = DesiredSource::experiment;
    wish.filter.tests = {"unit/" + named(0).id()};
    wish.counts.runs = runs;
    wish.requested_by = "experiment 1";
    wish.experiment = id;
    wish.background = true;
    return wish;
  }
  ExperimentRequest ask(ExperimentKind kind) {
    ExperimentRequest request;
    request.kind = kind;
    request.test = named(0).id();
    return request;
  }
  std::string refusal(const ExperimentRequest& request) {
    const auto spec = meant(request);
    return spec ? "nothing" : spec.error().text();
  }
};

}  // namespace testlooper::store
