// One page, many readers: how often the store is asked, and that nobody is given what is older than
// what they know of.
#include "http/shared_pages.hpp"

#include "http/server_fixture.hpp"

namespace testlooper::http {
namespace {

constexpr const char* kBranch = "/api/v1/repos/demo/branch";
constexpr const char* kEngine = "/api/v1/engine";
constexpr const char* kCommit = "/api/v1/repos/demo/commits/1234";

class SharedPagesTest : public ServerTest {
 protected:
  SharedPagesTest() {
    options_.timeouts.change_interval = Milliseconds(0);
    options_.timeouts.share_pages = Seconds(3'600);
    options_.timeouts.queue = Seconds(3'600);
  }
  Revision revision_of(const char* target) {
    return json_of(fetch(port(), target)).at("revision").get<Revision>();
  }
};

TEST_F(SharedPagesTest, WhoAsksForTheSameIsGivenTheSame) {
  serve();
  const auto first = fetch(port(), kBranch);
  const auto second = fetch(port(), kBranch);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(first.fields.at("etag"), second.fields.at("etag"));
  EXPECT_EQ(views_.branch_queries().size(), 1u);
  EXPECT_EQ(fetch(port(), std::string(kBranch) + "?limit=7").status, 200);
  EXPECT_EQ(views_.branch_queries().size(), 2u);
}

TEST_F(SharedPagesTest, WhoHasItIsSentNothing) {
  serve();
  const auto etag = fetch(port(), kBranch).fields.at("etag");
  const auto again = fetch(port(), kBranch, {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(fetch(port(), kBranch, {{"If-None-Match", "\"another\""}}).status, 200);
}

TEST_F(SharedPagesTest, AfterAnOrderOrAChangeThePageIsNew) {
  serve();
  const auto old = revision_of("/api/v1/repos");
  views_.set_revision(old + 1);
  EXPECT_EQ(revision_of("/api/v1/repos"), old) << "nobody knows of it yet";
  EXPECT_EQ(post_json(port(), "/api/v1/drain", "{}").status, 202);
  EXPECT_EQ(revision_of("/api/v1/repos"), old + 1);

  views_.set_revision(old + 2);
  RawConnection viewer(port());
  viewer.send(raw_request(port(), "GET", "/api/v1/events"));
  viewer.read_event();
  ChangeNotice news;
  news.revision = old + 2;
  hub_.published(news);
  viewer.read_event();
  EXPECT_EQ(revision_of("/api/v1/repos"), old + 2);
}

TEST_F(SharedPagesTest, WhatIsStillTrueIsKeptWhateverItsAge) {
  options_.timeouts.share_pages = Milliseconds(0);
  serve();
  fetch(port(), kBranch);
  fetch(port(), kBranch);
  EXPECT_EQ(views_.branch_queries().size(), 1u) << "the store's revision is the same";
  views_.set_revision(1'000);
  EXPECT_EQ(revision_of(kBranch), 1'000);
  EXPECT_EQ(views_.branch_queries().size(), 2u);
}

TEST_F(SharedPagesTest, APageIsMadeOnceForAllWhoWait) {
  serve();
  commands_.hold();
  std::vector<std::unique_ptr<RawConnection>> readers;
  for (int i = 0; i < 20; ++i) {
    readers.push_back(std::make_unique<RawConnection>(port()));
    readers.back()->send(raw_request(port(), "GET", kEngine));
  }
  commands_.wait_until_held();
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
  commands_.release();
  for (auto& reader : readers) EXPECT_EQ(reader->read_reply().status, 200);
  EXPECT_EQ(views_.engine_queries().size(), 1u);
}

TEST_F(SharedPagesTest, WhatIsNotThereIsAskedForAgain) {
  serve();
  EXPECT_EQ(fetch(port(), "/api/v1/repos/demo/branch?name=none").status, 404);
  EXPECT_EQ(fetch(port(), "/api/v1/repos/demo/branch?name=none").status, 404);
  EXPECT_EQ(views_.branch_queries().size(), 2u);
}

TEST_F(SharedPagesTest, WithAndWithoutCompressionAreTwo) {
  serve();
  EXPECT_EQ(fetch(port(), kCommit, {{"Accept-Encoding", "gzip"}}).fields.at("content-encoding"),
            "gzip");
  EXPECT_FALSE(fetch(port(), kCommit).fields.contains("content-encoding"));
}

TEST(SharedPagesStoreTest, TheOldestGoWhereRoomIsMissing) {
  SharedPages pages;
  SharedPages::Clock::time_point now;
  const auto page = [&](std::size_t bytes) {
    now += std::chrono::seconds(1);
    return std::make_shared<const SharedPage>(
        SharedPage{{200, "", {}, std::make_shared<const std::string>(bytes, 'x')}, 0, now});
  };
  constexpr auto kThird = limits::kSharedPagesBytes / 3;
  pages.keep("a", page(kThird));
  pages.keep("b", page(kThird));
  pages.keep("a", page(kThird));
  EXPECT_LE(pages.bytes(), limits::kSharedPagesBytes);
  pages.keep("c", page(kThird));
  EXPECT_NE(pages.last("a"), nullptr);
  EXPECT_EQ(pages.last("b"), nullptr);
  EXPECT_NE(pages.last("c"), nullptr);
  pages.keep("d", page(limits::kSharedPagesBytes + 1));
  EXPECT_EQ(pages.bytes(), 0u) << "what is larger than all of it is not kept";
}

}  // namespace
}  // namespace testlooper::http
