// Which docker is meant.
#include "docker/machine.hpp"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace testlooper::docker {
namespace {

class SocketPath : public ::testing::Test {
 protected:
  SocketPath() {
    if (const char* host = std::getenv("DOCKER_HOST")) before_ = host;
  }
  ~SocketPath() override { setenv("DOCKER_HOST", before_.c_str(), 1); }
  std::string before_;
};

TEST_F(SocketPath, is_the_configured_one_then_that_of_docker_host_then_the_usual_one) {
  setenv("DOCKER_HOST", "unix:///run/user/1000/docker.sock", 1);
  EXPECT_EQ(socket_path("/elsewhere.sock"), "/elsewhere.sock");
  EXPECT_EQ(socket_path(""), "/run/user/1000/docker.sock");
  for (const char* other : {"tcp://10.0.0.1:2375", "ssh://host", "unix://", ""}) {
    setenv("DOCKER_HOST", other, 1);
    EXPECT_EQ(socket_path(""), "/var/run/docker.sock") << other;
  }
}

TEST_F(SocketPath, another_docker_than_a_socket_is_told_of) {
  setenv("DOCKER_HOST", "tcp://10.0.0.1:2375", 1);
  EXPECT_EQ(look_at_machine(socket_path(""), "").other_docker, "tcp://10.0.0.1:2375");
  for (const char* ours : {"unix:///run/user/1000/docker.sock", ""}) {
    setenv("DOCKER_HOST", ours, 1);
    EXPECT_EQ(look_at_machine(socket_path(""), "").other_docker, "") << ours;
  }
}

}  // namespace
}  // namespace testlooper::docker
