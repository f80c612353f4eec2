// Server-sent events over real sockets: changes, and logs as they grow.
#include "testlooper/base/limits.hpp"

#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

struct Event {
  std::string name, id;
  nlohmann::json data;
};

Event parse_event(const std::string& text) {
  Event event;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = text.find('\n', at);
    const auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("event: ")) event.name = line.substr(7);
    if (line.starts_with("id: ")) event.id = line.substr(4);
    if (line.starts_with("data: ")) event.data = nlohmann::json::parse(line.substr(6));
  }
  return event;
}

class Stream {
 public:
  Stream(std::uint16_t port, const std::string& target, const testing::RawFields& fields = {})
      : connection_(port) {
    connection_.send(raw_request(port, "GET", target, fields));
    head_ = connection_.read_until("\r\n\r\n");
  }
  Event next() { return parse_event(connection_.read_event()); }
  RawConnection& connection() { return connection_; }
  const std::string& head() const { return head_; }

 private:
  RawConnection connection_;
  std::string head_;
};

class StreamsTest : public ServerTest {
 protected:
  StreamsTest() {
    options_.timeouts.change_interval = Milliseconds(0);
    log_stream_ = std::string(kLog) + "/stream";
  }
  // Reads until the log ends; what it said, and where the last piece ended.
  std::pair<std::string, std::string> follow(Stream& stream) {
    std::string text, id;
    for (auto event = stream.next(); event.name != "end"; event = stream.next()) {
      EXPECT_EQ(event.name, "log");
      text += event.data["text"].get<std::string>();
      id = event.id;
    }
    return {text, id};
  }
  std::string log_stream_;
};

TEST_F(StreamsTest, ASnapshotThenChangesInTheirOrder) {
  serve();
  Stream stream(port(), "/api/v1/events");
  EXPECT_NE(stream.head().find("Content-Type: text/event-stream\r\n"), std::string::npos);
  const auto snapshot = stream.next();
  EXPECT_EQ(snapshot.name, "snapshot");
  EXPECT_EQ(snapshot.data["revision"], 77) << "the store's, as nothing was published yet";
  const auto checker = testing::openapi_checker();
  for (Revision revision = 78; revision < 90; ++revision) {
    hub_.published({revision, {CommitId{3}}, true, false});
    const auto change = stream.next();
    EXPECT_EQ(change.name, "change");
    EXPECT_EQ(change.id, std::to_string(revision));
    EXPECT_EQ(change.data["revision"], revision);
    EXPECT_EQ(change.data["commits"], nlohmann::json::array({3}));
    EXPECT_EQ(checker.problems("ChangeEvent", change.data), std::vector<std::string>());
  }
  Stream later(port(), "/api/v1/events");
  EXPECT_EQ(later.next().data["revision"], 89);
}

TEST_F(StreamsTest, ChangesThatComeFastAreMerged) {
  options_.timeouts.change_interval = Milliseconds(20);
  serve();
  Stream stream(port(), "/api/v1/events");
  stream.next();
  constexpr Revision kLast = 3000;
  for (Revision revision = 1; revision <= kLast; ++revision) {
    hub_.published({revision, {CommitId{static_cast<std::int64_t>(revision)}}, false, true});
  }
  std::size_t commits = 0, events = 0;
  Revision seen = 0;
  while (seen < kLast) {
    const auto change = stream.next();
    EXPECT_GT(change.data["revision"], seen);
    seen = change.data["revision"];
    commits += change.data["commits"].size();
    ++events;
  }
  EXPECT_EQ(commits, kLast) << "each is told once";
  EXPECT_LT(events, kLast / 10);
}

TEST_F(StreamsTest, AQuietStreamHasAHeartbeat) {
  options_.timeouts.heartbeat = Milliseconds(10);
  serve();
  Stream stream(port(), "/api/v1/events");
  stream.next();
  EXPECT_EQ(stream.connection().read_until("\n\n"), ": still here\n\n");
  EXPECT_EQ(stream.connection().read_until("\n\n"), ": still here\n\n");
}

TEST_F(StreamsTest, AViewerThatReadsNothingIsToldToReload) {
  serve();
  Stream slow(port(), "/api/v1/events");
  slow.next();
  Stream quick(port(), "/api/v1/events");
  quick.next();
  // More than sockets hold and the queue keeps: each event is large, and the slow one reads none.
  std::vector<CommitId> commits;
  for (int i = 1; i <= 6'000; ++i) commits.push_back({1'000'000'000 + i});
  Revision revision = 100;
  for (std::size_t i = 0; i < limits::kEventQueuePerViewer * 2; ++i) {
    hub_.published({++revision, commits, false, false});
    quick.connection().read_until("id: " + std::to_string(revision) + "\n");
  }
  const auto before = slow.connection().read_until("event: reload\n");
  EXPECT_EQ(before.find("id: " + std::to_string(revision) + "\n"), std::string::npos);
  slow.connection().read_until("\n\n");
  hub_.published({++revision, {}, true, false});
  EXPECT_EQ(slow.next().data["revision"], revision) << "and goes on from there";
}

TEST_F(StreamsTest, ACompleteLogIsSentWithOffsetsAndAnEnd) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "l\xc3\xa4ngere Zeile " + std::to_string(i) + "\n";
  write_log(text, true);
  serve();
  Stream stream(port(), log_stream_);
  const auto [said, id] = follow(stream);
  EXPECT_EQ(said, text);
  EXPECT_EQ(id, std::to_string(text.size()));
  EXPECT_EQ(stream.connection().read_to_end(), "");
}

TEST_F(StreamsTest, ALogGoesOnWhereItStopped) {
  const std::string text = "first line\nsecond line\n";
  write_log(text, true);
  serve();
  Stream resumed(port(), log_stream_, {{"Last-Event-ID", "11"}});
  EXPECT_EQ(follow(resumed).first, "second line\n");
  Stream from(port(), log_stream_ + "?from=18");
  EXPECT_EQ(follow(from).first, "line\n");
  Stream beyond(port(), log_stream_, {{"Last-Event-ID", "9999"}});
  EXPECT_EQ(follow(beyond).first, "");
  Stream nonsense(port(), log_stream_, {{"Last-Event-ID", "x"}});
  EXPECT_EQ(follow(nonsense).first, text);
}

TEST_F(StreamsTest, AGrowingLogIsFollowedByMany) {
  write_log("", false);
  serve();
  std::vector<std::unique_ptr<Stream>> viewers;
  for (int i = 0; i < 20; ++i) viewers.push_back(std::make_unique<Stream>(port(), log_stream_));
  std::string text;
  for (int i = 0; i < 5; ++i) {
    const auto line = "line " + std::to_string(i) + "\n";
    append_log(line);
    text += line;
    hub_.log_grew(kAttempt, text.size(), false);
    for (auto& viewer : viewers) {
      const auto event = viewer->next();
      EXPECT_EQ(event.data["text"], line);
      EXPECT_EQ(event.id, std::to_string(text.size()));
    }
  }
  append_log("last");
  hub_.log_grew(kAttempt, text.size() + 4, true);
  for (auto& viewer : viewers) EXPECT_EQ(follow(*viewer).first, "last");
}

// Bytes that this process has read from files.
std::int64_t file_bytes_read() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::int64_t bytes = -1;
  io >> name >> bytes;
  EXPECT_EQ(name, "rchar:");
  return bytes;
}

TEST_F(StreamsTest, WhatManyFollowIsReadOnce) {
  constexpr int kViewers = 30, kRounds = 20;
  const std::string line = std::string(30'000, 'x') + "\n";
  write_log("", false);
  serve();
  std::vector<std::unique_ptr<Stream>> viewers;
  for (int i = 0; i < kViewers; ++i)
    viewers.push_back(std::make_unique<Stream>(port(), log_stream_));
  const auto before = file_bytes_read();
  for (int i = 1; i <= kRounds; ++i) {
    append_log(line);
    hub_.log_grew(kAttempt, line.size() * static_cast<std::size_t>(i), false);
    for (auto& viewer : viewers) EXPECT_EQ(viewer->next().data["text"], line);
  }
  const auto once = std::ssize(line) * kRounds;
  EXPECT_LT(file_bytes_read() - before, 4 * once) << "and not " << kViewers << " times";
}

TEST_F(StreamsTest, CharactersAreNotSplitAndBrokenOnesReplaced) {
  write_log("a\xe2\x82", false);
  serve();
  Stream stream(port(), log_stream_);
  const auto first = stream.next();
  EXPECT_EQ(first.data["text"], "a");
  EXPECT_EQ(first.id, "1");
  append_log("\xac\xff\xe2");
  hub_.log_grew(kAttempt, 6, false);
  EXPECT_EQ(stream.next().data["text"], "\xe2\x82\xac\xef\xbf\xbd");
  hub_.log_grew(kAttempt, 6, true);
  EXPECT_EQ(follow(stream).first, "\xef\xbf\xbd") << "nothing comes that would complete it";
}

TEST_F(StreamsTest, AnAttemptWithoutALogYetIsWaitedFor) {
  views_.set_log(kAttempt, {{"", 0, 0}, false});
  serve();
  Stream stream(port(), log_stream_);
  write_log("here it is\n", false);
  hub_.log_grew(kAttempt, 11, false);
  EXPECT_EQ(stream.next().data["text"], "here it is\n");
}

TEST_F(StreamsTest, AnAttemptThatEndedWithoutAWordIsNoticed) {
  options_.timeouts.heartbeat = Milliseconds(10);
  write_log("x", false);
  serve();
  Stream stream(port(), log_stream_);
  EXPECT_EQ(stream.next().data["text"], "x");
  write_log("xy", true);  // the store knows it, but nobody said that the log grew
  EXPECT_EQ(follow(stream).first, "y");
}

TEST_F(StreamsTest, ALogThatIsNotThereIsAnErrorNotAStream) {
  serve();
  EXPECT_EQ(fetch(port(), log_stream_).status, 404);
  views_.set_log(kAttempt, {{"../1.log", 1, 0}, true});
  EXPECT_EQ(fetch(port(), log_stream_).status, 404);
  views_.break_down({ErrorKind::unavailable, "the disk is broken", {}});
  EXPECT_EQ(fetch(port(), "/api/v1/events").status, 503);
}

TEST_F(StreamsTest, StreamsEndWithTheServer) {
  write_log("x", false);
  serve();
  Stream events(port(), "/api/v1/events"), log(port(), log_stream_);
  events.next();
  log.next();
  server_->stop();
  EXPECT_EQ(events.connection().read_to_end(), "");
  EXPECT_EQ(log.connection().read_to_end(), "");
}

}  // namespace
}  // namespace testlooper::http
