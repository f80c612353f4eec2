// Whether a runtime of docker's works here.
#include <boost/asio/co_spawn.hpp>

#include "docker/host.hpp"
#include "docker/pauses.hpp"
#include "docker/trials.hpp"
#include "fixture.hpp"

namespace testlooper::docker {
namespace {

class TrialTest : public DockerTest {
 protected:
  std::string trial_of(const std::string& runtime) {
    options_.network = "none";
    Host host(options_, clock_, live_);
    host.ready = true;
    Pauses pauses(host);
    std::string why = "it was not tried";
    boost::asio::co_spawn(
        host.io,
        [](Host& its, Pauses& all, std::string name, std::string& said) -> Awaitable<void> {
          if (auto ready = co_await all.prepare(); !ready) ADD_FAILURE() << ready.error().text();
          said = co_await try_runtime(its, std::move(name));
        }(host, pauses, runtime, why),
        [](std::exception_ptr e) {
          if (e) ADD_FAILURE() << text_of(e);
        });
    host.io.run();
    return why;
  }
};

// Where docker itself has fewer open files than a run may have, it can give nobody as many.
TEST_F(TrialTest, a_runtime_that_can_set_no_limit_of_open_files_works_all_the_same) {
  EXPECT_EQ(trial_of("runc"), "");
}

TEST_F(TrialTest, one_that_docker_does_not_have_does_not_work) {
  EXPECT_NE(trial_of("testlooper-none"), "");
}

}  // namespace
}  // namespace testlooper::docker
