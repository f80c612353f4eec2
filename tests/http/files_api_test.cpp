// Files of attempts over real sockets: a run's own log, and artifacts.
#include "http/files_api.hpp"

#include <algorithm>

#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

namespace fs = std::filesystem;

constexpr const char* kArtifacts = "/api/v1/tasks/5/attempts/2/artifacts";

class FilesTest : public ServerTest {
 protected:
  FilesTest() {
    options_.data_dir = dir_.file("data");
    write("data/logs/0/5-2.log", "before\nmine\nafter\n");
    write("data/artifacts/0/5-2/core/dump",
          "\x7f"
          "ELF");
    write("secret", "secret");
    serve();
  }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((dir_.path() / name).parent_path());
    std::ofstream(dir_.file(name), std::ios::binary) << text;
  }
};

TEST_F(FilesTest, ARunsOwnLogIsServedByRanges) {
  views_.set_run_log({"logs/0/5-2.log", RunLog{RunLogKind::markers, 7, 12}, std::nullopt});
  const auto own = fetch(port(), "/api/v1/runs/41/log");
  EXPECT_EQ(own.status, 200);
  EXPECT_EQ(own.body, "mine\n");
  EXPECT_EQ(own.fields.at("content-type"), "text/plain; charset=utf-8");
  const auto part = fetch(port(), "/api/v1/runs/41/log", {{"Range", "bytes=1-2"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "in");
  EXPECT_EQ(part.fields.at("content-range"), "bytes 1-2/5");
  views_.set_run_log({"logs/0/5-2.log", std::nullopt, std::nullopt});
  EXPECT_EQ(fetch(port(), "/api/v1/runs/41/log").body, "before\nmine\nafter\n");
  EXPECT_EQ(fetch(port(), "/api/v1/runs/42/log").status, 404);
}

TEST_F(FilesTest, APartBeyondTheFileIsEmptyNotAnError) {
  views_.set_run_log({"logs/0/5-2.log", RunLog{RunLogKind::markers, 100, 200}, std::nullopt});
  const auto reply = fetch(port(), "/api/v1/runs/41/log");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "");
}

TEST_F(FilesTest, WhatRetentionRemovedSaysSo) {
  const WallTime when{1'763'000'000'000};
  views_.set_run_log({"logs/0/5-2.log", std::nullopt, when});
  const auto run = fetch(port(), "/api/v1/runs/41/log");
  EXPECT_EQ(run.status, 404);
  EXPECT_EQ(error_of(run), "this log was removed by retention on 2025-11-13");
  views_.set_log({TaskId{5}, 2}, {{"logs/0/5-2.log", 1, 0}, true, when});
  EXPECT_EQ(error_of(fetch(port(), "/api/v1/tasks/5/attempts/2/log")),
            "this log was removed by retention on 2025-11-13");
  auto page = views_.artifacts({TaskId{5}, 2}).value();
  page.removed_at = when;
  views_.set_artifacts(page);
  EXPECT_EQ(error_of(fetch(port(), std::string(kArtifacts) + "/core/dump")),
            "the artifacts were removed by retention on 2025-11-13");
}

TEST_F(FilesTest, ArtifactsAreListedAsTheDocumentSays) {
  const auto reply = fetch(port(), kArtifacts);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(testing::openapi_checker().problems("ArtifactsPage", json_of(reply)),
            std::vector<std::string>());
  EXPECT_EQ(fetch(port(), "/api/v1/tasks/5/attempts/1/artifacts").status, 404);
}

TEST_F(FilesTest, AnArtifactIsSavedNeverShown) {
  const auto reply = fetch(port(), std::string(kArtifacts) + "/core/dump");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body,
            "\x7f"
            "ELF");
  EXPECT_EQ(reply.fields.at("content-type"), "application/octet-stream");
  EXPECT_EQ(reply.fields.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(reply.fields.at("content-disposition"),
            "attachment; filename=\"dump\"; filename*=UTF-8''dump");
  EXPECT_EQ(fetch(port(), std::string(kArtifacts) + "/core/dump", {{"Range", "bytes=-3"}}).body,
            "ELF");
}

TEST(ContentDisposition, NoNameBreaksOutOfTheField) {
  EXPECT_EQ(content_disposition("d/a \"b\"\r\n\xc3\xa4;.html"),
            "attachment; filename=\"a _b______.html\""
            "; filename*=UTF-8''a%20%22b%22%0D%0A%C3%A4%3B.html");
}

// Everything that could lead elsewhere, in the ways that servers have been led before.
std::vector<std::string> payloads() {
  std::vector<std::string> all;
  const std::vector<std::string> ups{"..",           "%2e%2e", "%2E.",         ".%2e",
                                     "..%00",        "..%5c",  "%252e%252e",   "..;",
                                     "%c0%ae%c0%ae", "....",   "%uff0e%uff0e", "..%0a"};
  const std::vector<std::string> slashes{"/", "%2f", "%5c", "//", "/./", "%252f", "%c0%af"};
  const std::vector<std::string> ends{"secret", "etc/passwd"};
  for (const auto& up : ups) {
    for (const auto& slash : slashes) {
      for (const auto& end : ends)
        all.push_back(up + slash + up + slash + up + slash + up + slash + end);
    }
  }
  for (const auto* each : {"/etc/passwd",
                           "%2fetc%2fpasswd",
                           "core/../../../../../secret",
                           "core/dump/..",
                           "core",
                           "core/",
                           "./core/dump",
                           "core//dump",
                           "core%2Fdump",
                           "core/dump%00",
                           "core/dump%00.txt",
                           "CORE/DUMP",
                           "core/dump%20",
                           "core\\dump",
                           "..",
                           ".",
                           "%00",
                           "~",
                           "*",
                           "file:///etc/passwd",
                           "core/../core/dump",
                           "link",
                           "link/passwd",
                           "up/secret"}) {
    all.emplace_back(each);
  }
  return all;
}

TEST_F(FilesTest, NoPathLeadsOutOfTheAttemptsFolder) {
  fs::create_symlink(dir_.file("secret"), dir_.path() / "data/artifacts/0/5-2/link");
  fs::create_directory_symlink(dir_.path(), dir_.path() / "data/artifacts/0/5-2/up");
  // Even where the list names all of them.
  auto page = views_.artifacts({TaskId{5}, 2}).value();
  const auto list = payloads();
  EXPECT_GE(list.size(), 100u);
  for (const auto& each : list) {
    page.artifacts.push_back({each, 1, "text/plain"});
    const auto decoded = route("GET", std::string(kArtifacts) + "/" + each);
    if (decoded) page.artifacts.push_back({decoded->path, 1, "text/plain"});
  }
  std::erase_if(page.artifacts, [](const auto& each) { return each.path == "core/dump"; });
  views_.set_artifacts(page);
  for (const auto& each : list) {
    const auto reply = fetch(port(), std::string(kArtifacts) + "/" + each);
    EXPECT_GE(reply.status, 400) << each;
    EXPECT_LT(reply.status, 500) << each;
    EXPECT_EQ(reply.body.find("secret\n"), std::string::npos);
    EXPECT_EQ(reply.body.find("root:"), std::string::npos) << each;
  }
}

}  // namespace
}  // namespace testlooper::http
