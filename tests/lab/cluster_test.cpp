// Failures of one cause get one key, and those of others another.
#include "lab/cluster.hpp"

#include <gtest/gtest.h>

namespace testlooper::lab {
namespace {

TEST(Cluster, WhatDiffersFromRunToRunIsLeftOut) {
  EXPECT_EQ(normalised("timeout after 3021 ms"), "timeout after % ms");
  EXPECT_EQ(normalised("at 2025-11-26T10:00:00.123Z: lost"), "at %: lost");
  EXPECT_EQ(normalised("at 2025-11-26 10:00:00 lost"), "at % lost");
  EXPECT_EQ(normalised("object at 0x7f3a1c is gone"), "object at % is gone");
  EXPECT_EQ(normalised("commit deadbeef12 unknown"), "commit % unknown");
  EXPECT_EQ(normalised("token c2VjcmV0IHRva2Vu= refused"), "token % refused");
  EXPECT_EQ(normalised("no /tmp/pytest-of-root/pytest-7/data.txt"), "no %data.txt");
  EXPECT_EQ(normalised("Thread-12: \n\n  port 8080 in use"), "Thread-%: port % in use");
}

TEST(Cluster, WordsStay) {
  EXPECT_EQ(normalised("effaced facade added"), "effaced facade added");
  EXPECT_EQ(normalised("assert a == b"), "assert a == b");
  EXPECT_EQ(normalised(""), "");
}

TEST(Cluster, TheKeyIsTheDigestOfTheNormalisedMessage) {
  EXPECT_EQ(cluster_key("waited 10 s"), cluster_key("waited  2000 s"));
  EXPECT_NE(cluster_key("waited 10 s"), cluster_key("waited 10 ms"));
  // FIPS 180-4, of the message "abc".
  EXPECT_EQ(cluster_key("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Cluster, TestsThatFailInTheSameAttemptsAreAGroup) {
  const std::vector<FailedIn> tests{{{1, 5, 9, 12}}, {{2, 3}}, {{1, 5, 9}}, {{1, 5, 12}}, {{7}}};
  EXPECT_EQ(failing_together(tests), (std::vector<std::vector<std::size_t>>{{0, 2, 3}}));
}

TEST(Cluster, OneCoincidenceIsNoGroup) {
  EXPECT_TRUE(failing_together({{{4}}, {{4}}}).empty());
  EXPECT_TRUE(failing_together({{{1, 2, 3, 4, 5, 6}}, {{1, 2, 7, 8, 9}}}).empty());
  EXPECT_TRUE(failing_together({}).empty());
}

}  // namespace
}  // namespace testlooper::lab
