#include "codec/doctor_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace testlooper::codec {
namespace {

const std::vector<Finding> kFindings{
    {"docker", Health::good, "docker 20.10 answers", ""},
    {"disk", Health::needed, "0.1 GB are free", "make room"},
};

TEST(DoctorText, HasALineForEachFindingAndItsRemedyBelow) {
  EXPECT_EQ(doctor_text(kFindings),
            "ok     docker   docker 20.10 answers\n"
            "NEEDED disk     0.1 GB are free\n"
            "                → make room\n"
            "tests can't run here\n");
  EXPECT_NE(doctor_text({kFindings[0]}).find("tests can run here"), std::string::npos);
}

TEST(DoctorText, ProgramsReadTheSame) {
  const auto json = nlohmann::json::parse(doctor_json(kFindings));
  EXPECT_EQ(json["well"], false);
  EXPECT_EQ(json["findings"][1]["about"], "disk");
  EXPECT_EQ(json["findings"][1]["health"], "needed");
  EXPECT_EQ(json["findings"][1]["remedy"], "make room");
}

}  // namespace
}  // namespace testlooper::codec
