// Branch rules, over real sockets.
#include "http/server_fixture.hpp"

namespace testlooper::http {
namespace {

class RulesTest : public ServerTest {
 protected:
  RulesTest() { serve(); }
  RawReply add(const std::string& body) {
    return post_json(port(), "/api/v1/repos/demo/rules", body);
  }
};

TEST_F(RulesTest, ARuleSaysHowManyIdleRunsAHeadMayHave) {
  EXPECT_EQ(add(R"({"branches": "main", "idle_runs": 50})").status, 202);
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(std::get<orders::AddRule>(given[0]).rule.idle_runs, 50);
  EXPECT_EQ(json_of(fetch(port(), "/api/v1/repos/demo/rules")).at("rules").at(0).at("idle_runs"),
            50);
}

TEST_F(RulesTest, ANumberOfIdleRunsThatMakesNoSenseIsRefused) {
  for (const auto* bad : {"-1", "100001", "1.5", "\"many\"", "null"}) {
    const auto reply = add(R"({"branches": "main", "idle_runs": )" + std::string(bad) + "}");
    EXPECT_EQ(reply.status, 400) << bad;
    EXPECT_EQ(error_of(reply), "idle_runs: must be a whole number from 0 to 100000");
  }
  EXPECT_TRUE(commands_.orders().empty());
}

}  // namespace
}  // namespace testlooper::http
