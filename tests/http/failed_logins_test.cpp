#include "http/failed_logins.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::http {
namespace {

constexpr WallTime kStart{1'000'000};
constexpr Seconds kWindow{limits::kFailedLoginSeconds};

void fail_often(FailedLogins& failed, const std::string& address, int times) {
  for (int i = 0; i < times; ++i) failed.add(address, kStart + Milliseconds{i});
}

TEST(FailedLogins, AreFreeUpToTheLimitThenWaitForTheOldestToBeOver) {
  FailedLogins failed;
  fail_often(failed, "10.0.0.1", limits::kFailedLogins - 1);
  EXPECT_EQ(failed.wait("10.0.0.1", kStart + Seconds{1}), Seconds{0});
  failed.add("10.0.0.1", kStart + Seconds{1});
  EXPECT_EQ(failed.wait("10.0.0.1", kStart + Seconds{1}), kWindow - Seconds{1});
  EXPECT_EQ(failed.wait("10.0.0.1", kStart + kWindow), Seconds{0}) << "the first is over";
  EXPECT_EQ(failed.wait("10.0.0.2", kStart + Seconds{1}), Seconds{0}) << "another address";
}

TEST(FailedLogins, AClockThatIsSetBackLocksNobodyOut) {
  FailedLogins failed;
  fail_often(failed, "10.0.0.1", limits::kFailedLogins);
  EXPECT_EQ(failed.wait("10.0.0.1", WallTime{10}), Seconds{0});
}

TEST(FailedLogins, ManyAddressesDoNotGrowWithoutEnd) {
  FailedLogins failed;
  for (std::size_t i = 0; i < 2 * limits::kFailedLoginAddresses; ++i) {
    failed.add(std::to_string(i), kStart);
  }
  fail_often(failed, "last", limits::kFailedLogins);
  EXPECT_GT(failed.wait("last", kStart + Seconds{1}), Seconds{0});
}

}  // namespace
}  // namespace testlooper::http
