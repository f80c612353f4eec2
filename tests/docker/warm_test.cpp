// How long warm containers stay: on a made-up clock.
#include <boost/asio/co_spawn.hpp>

#include "testlooper/base/limits.hpp"

#include "docker/host.hpp"
#include "docker/layers.hpp"
#include "docker/pauses.hpp"
#include "docker/sandboxes.hpp"
#include "docker/trials.hpp"
#include "fixture.hpp"

namespace testlooper::docker {
namespace {

class ExpiryTest : public DockerTest {
 protected:
  void SetUp() override {
    DockerTest::SetUp();
    options_.network = "none";  // docker may not have ours yet
    host.emplace(options_, clock_, live_);
    host->ready = true;
    layers.emplace(*host);
    sandboxes.emplace(*host, *layers);
  }
  void carry_out(Awaitable<void> work) {
    boost::asio::co_spawn(host->io, std::move(work), [](std::exception_ptr e) {
      if (e) ADD_FAILURE() << text_of(e);
    });
    host->io.restart();
    host->io.run();
  }
  Awaitable<void> use_one(SandboxOffer& offer) {
    auto got = co_await sandboxes->acquire(job("true"), std::make_shared<bool>(false));
    if (!got) {
      ADD_FAILURE() << got.error().text();
      co_return;
    }
    offer = std::move(*got);
    if (offer.lease) co_await sandboxes->give_back(offer.lease);
  }

  std::optional<Host> host;
  std::optional<Layers> layers;
  std::optional<Sandboxes> sandboxes;
};

TEST_F(ExpiryTest, an_idle_warm_container_is_kept_for_its_time_and_no_longer) {
  SandboxOffer offer;
  carry_out(use_one(offer));
  ASSERT_TRUE(offer.lease) << offer.reason;
  const auto idle_since = offer.lease->idle_since;
  offer = {};
  const auto first = containers();
  EXPECT_EQ(std::ranges::count(first, '\n'), 1) << first;

  carry_out(sandboxes->expire(idle_since + Seconds{limits::kSandboxIdleSeconds - 1}));
  carry_out(use_one(offer));
  ASSERT_TRUE(offer.lease) << offer.reason;
  EXPECT_EQ(containers(), first) << "the next run has the same one";

  const auto later = offer.lease->idle_since + Seconds{limits::kSandboxIdleSeconds + 1};
  offer = {};
  carry_out(sandboxes->expire(later));
  EXPECT_EQ(containers(), "");
}

TEST_F(ExpiryTest, a_host_that_has_sandboxes_says_so_and_keeps_nothing) {
  Pauses pauses(*host);
  std::string why = "not asked", crun = "not asked";
  carry_out([](Host& all, Pauses& its, Sandboxes& made, std::string& said,
               std::string& quick) -> Awaitable<void> {
    if (auto ready = co_await its.prepare(); !ready) ADD_FAILURE() << ready.error().text();
    said = co_await made.try_host();
    quick = co_await try_runtime(all, "no-such-runtime");
  }(*host, pauses, *sandboxes, why, crun));
  EXPECT_EQ(why, "");
  EXPECT_NE(crun, "") << "docker has none of that name";
  EXPECT_EQ(containers(), "");
}

}  // namespace
}  // namespace testlooper::docker
