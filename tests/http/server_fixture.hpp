// A server on a free port of loopback, between a fake store and a fake engine.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http/server.hpp"
#include "support/fake_commands.hpp"
#include "support/fake_comparer.hpp"
#include "support/fake_retention.hpp"
#include "support/fake_views.hpp"
#include "support/raw_http.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::http {

using testing::fetch;
using testing::post_json;
using testing::raw_request;
using testing::RawConnection;
using testing::RawReply;

inline constexpr std::array<Asset, 1> kTestAssets{
    Asset{"/index.html", "text/html; charset=utf-8", "<html>", "", "", "\"1\"", false}};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    options_.port = 0;
    options_.timeouts.share_pages = Milliseconds(0);
    options_.version = "9.9";
    options_.data_dir = dir_.path().string();
    facts_ = {{true, "", "docker 20.10"}, 4, WallTime{1'000'000}, WallTime{1'061'000}};
  }

  // With the options as they are now.
  void serve() {
    server_ = std::make_unique<HttpServer>(
        options_, views_, comparer_, commands_, retention_, hub_, [this] { return facts_; },
        kTestAssets);
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().text();
  }
  std::uint16_t port() const { return server_->port(); }

  // A log file of task 1, attempt 1, which the store knows.
  void write_log(const std::string& text, bool complete) {
    std::ofstream(dir_.file("1.log"), std::ios::binary) << text;
    views_.set_log(kAttempt, {{"1.log", text.size(), 0}, complete});
  }
  void append_log(const std::string& text) {
    std::ofstream(dir_.file("1.log"), std::ios::binary | std::ios::app) << text;
  }

  static constexpr AttemptKey kAttempt{TaskId{1}, 1};
  static constexpr const char* kLog = "/api/v1/tasks/1/attempts/1/log";

  testing::TempDir dir_;
  HttpOptions options_;
  testing::FakeViews views_;
  testing::FakeComparer comparer_;
  testing::FakeCommands commands_;
  testing::FakeRetention retention_;
  EventHub hub_;
  ServerFacts facts_;
  std::unique_ptr<HttpServer> server_;
};

inline nlohmann::json json_of(const RawReply& reply) { return nlohmann::json::parse(reply.body); }
inline std::string error_of(const RawReply& reply) { return json_of(reply)["error"]["message"]; }

}  // namespace testlooper::http
