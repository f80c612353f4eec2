#include "docker/responses.hpp"

#include <gtest/gtest.h>

namespace testlooper::docker {
namespace {

TEST(Responses, the_api_version_is_the_newest_that_both_know) {
  const auto api = [](const std::string& newest, const std::string& oldest) {
    return parse_version(R"({"Version":"20.10.24+dfsg1","ApiVersion":")" + newest +
                         R"(","MinAPIVersion":")" + oldest + "\"}")
        ->api;
  };
  EXPECT_EQ(api("1.41", "1.12"), "1.41");
  EXPECT_EQ(api("1.40", "1.12"), "1.40");
  EXPECT_EQ(api("1.50", "1.24"), "1.43");
  EXPECT_EQ(api("1.52", "1.44"), "1.44");
  EXPECT_EQ(parse_version(R"({"Version":"20.10.24+dfsg1","ApiVersion":"1.41"})")->docker,
            "20.10.24");
}

TEST(Responses, what_is_no_answer_is_an_error_and_never_throws) {
  for (const char* body : {"", "{", "[]", "null", "7", "\"x\"", "{\"Id\":7,\"State\":[]}",
                           "{\"ApiVersion\":\"x.y\"}", "{\"State\":{\"Status\":{}}}"}) {
    EXPECT_FALSE(parse_version(body)) << body;
    EXPECT_FALSE(parse_container(body)) << body;
    EXPECT_FALSE(parse_id(body)) << body;
    EXPECT_TRUE(parse_warnings(body).empty()) << body;
    EXPECT_FALSE(parse_cpus(body)) << body;
  }
  EXPECT_FALSE(parse_containers("{}"));
  EXPECT_FALSE(parse_path_header("!!"));
  EXPECT_FALSE(parse_path_header("e30="));
}

TEST(Responses, a_container_tells_its_state_and_whose_it_is) {
  const auto facts = parse_container(
      R"({"Id":"ab","State":{"Status":"exited","ExitCode":3,"OOMKilled":true},
          "Config":{"Labels":{"testlooper.instance":"i"}}})");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->id, "ab");
  EXPECT_EQ(facts->status, "exited");
  EXPECT_EQ(facts->exit_code, 3);
  EXPECT_TRUE(facts->oom_killed);
  EXPECT_EQ(facts->instance, "i");
}

TEST(Responses, containers_are_listed_by_name) {
  const auto found = parse_containers(R"([{"Id":"1","Names":["/a"]},{"Id":"2","Names":null}])");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].name, "a");
  EXPECT_EQ((*found)[1].id, "2");
}

TEST(Responses, a_path_header_tells_a_file_from_a_link_and_a_folder) {
  // {"name":"f","size":5,"mode":420,...}, a link (1<<27 | 0777) and a folder (1<<31 | 0755).
  const auto file = parse_path_header("eyJuYW1lIjoiZiIsInNpemUiOjUsIm1vZGUiOjQyMH0=");
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->regular);
  EXPECT_EQ(file->size, 5u);
  const auto link = parse_path_header("eyJuYW1lIjoiZiIsInNpemUiOjUsIm1vZGUiOjEzNDIxODIzOX0=");
  ASSERT_TRUE(link);
  EXPECT_FALSE(link->regular);
  const auto folder = parse_path_header("eyJuYW1lIjoiZiIsInNpemUiOjUsIm1vZGUiOjIxNDc0ODQxNDF9");
  ASSERT_TRUE(folder);
  EXPECT_FALSE(folder->regular);
}

TEST(Responses, the_message_of_an_error_is_dockers_or_its_text) {
  EXPECT_EQ(parse_message("{\"message\":\"no such thing\"}\n"), "no such thing");
  EXPECT_EQ(parse_message("page not found\n"), "page not found");
  EXPECT_LE(parse_message(std::string(5000, 'x')).size(), 600u);
}

TEST(Responses, why_a_start_failed) {
  EXPECT_EQ(classify_start(404, "No such image: x:1"), StartTrouble::image_missing);
  EXPECT_EQ(classify_start(409, "cannot join network of a non running container: 50e4"),
            StartTrouble::pause_gone);
  EXPECT_EQ(classify_start(404, "No such container: 50e4"), StartTrouble::pause_gone);
  EXPECT_EQ(classify_start(409, "Conflict. The container name \"/x\" is already in use by y"),
            StartTrouble::name_taken);
  EXPECT_EQ(classify_start(400,
                           "NanoCPUs can not be set, as your kernel does not support CPU CFS "
                           "scheduler or the cgroup is not mounted"),
            StartTrouble::no_cpu_limit);
  EXPECT_EQ(classify_start(400,
                           "OCI runtime create failed: error setting rlimits for ready "
                           "process: error setting rlimit type 7: operation not permitted"),
            StartTrouble::no_open_files_limit);
  EXPECT_EQ(classify_start(400,
                           "OCI runtime create failed: write sysctl key "
                           "net.ipv4.tcp_max_tw_buckets: no such file or directory"),
            StartTrouble::no_sysctl);
  EXPECT_EQ(classify_start(400, "invalid environment variable: =x"), StartTrouble::repository);
  EXPECT_EQ(classify_start(500, "OCI runtime create failed: exec: argument list too long"),
            StartTrouble::repository);
  EXPECT_EQ(classify_start(400, "unable to find user bob: no matching entries in passwd file"),
            StartTrouble::repository);
  EXPECT_EQ(classify_start(500, "write /var/lib/docker: no space left on device"),
            StartTrouble::machine);
}

TEST(Responses, an_image_that_is_nowhere_is_the_repositorys_fault_and_a_network_is_not) {
  EXPECT_EQ(classify_pull(404, "pull access denied for x, repository does not exist"),
            ErrorKind::invalid);
  EXPECT_EQ(classify_pull(200, "manifest for debian:13x not found: manifest unknown"),
            ErrorKind::invalid);
  EXPECT_EQ(classify_pull(400, "invalid reference format: repository name must be lowercase"),
            ErrorKind::invalid);
  EXPECT_EQ(classify_pull(500,
                          "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup "
                          "registry-1.docker.io on 10.0.0.1:53: no such host"),
            ErrorKind::unavailable);
  EXPECT_EQ(classify_pull(200, "toomanyrequests: You have reached your pull rate limit"),
            ErrorKind::unavailable);
  EXPECT_EQ(classify_pull(500, "something new"), ErrorKind::unavailable);
}

TEST(Responses, a_dockerfile_that_fails_is_the_repositorys_fault) {
  EXPECT_EQ(classify_build("The command '/bin/sh -c make' returned a non-zero code: 2"),
            ErrorKind::invalid);
  EXPECT_EQ(classify_build("executor failed running [/bin/sh -c curl: i/o timeout]: exit code: 1"),
            ErrorKind::invalid);
  EXPECT_EQ(classify_build("dockerfile parse error line 2: unknown instruction: RUNN"),
            ErrorKind::invalid);
  EXPECT_EQ(classify_build("failed to do request: Head \"https://registry-1.docker.io/v2/\": dial "
                           "tcp: lookup registry-1.docker.io: no such host"),
            ErrorKind::unavailable);
  EXPECT_EQ(classify_build("write /x: no space left on device"), ErrorKind::unavailable);
}

TEST(Responses, builders_are_told_apart_by_what_they_refuse) {
  EXPECT_TRUE(wants_buildkit("the --mount option requires BuildKit. Refer to https://docs"));
  EXPECT_FALSE(wants_buildkit("The command '/bin/sh -c make' returned a non-zero code: 2"));
  EXPECT_TRUE(lacks_buildkit("invalid version \"2\""));
  EXPECT_FALSE(lacks_buildkit("unknown instruction: RUNN"));
  EXPECT_TRUE(
      misses_context("failed to read downloaded context: failed to load cache key: Get "
                     "\"http://build-context-x\": dial tcp: lookup: no such host"));
  EXPECT_FALSE(misses_context("failed to do request: dial tcp: lookup: no such host"));
}

TEST(Responses, our_images_are_those_with_our_label) {
  const auto ours = parse_our_images(R"([
      {"Id": "sha256:base", "RepoTags": ["debian:12"], "Size": 1000, "Labels": null},
      {"Id": "sha256:1", "ParentId": "sha256:base", "RepoTags": ["testlooper/source:a"],
       "Size": 1010, "Created": 12, "Labels": {"testlooper.made-by": "me", "testlooper.kind": "source"}},
      {"Id": "sha256:2", "RepoTags": null, "Size": 500, "Created": 13, "Labels": {"testlooper.made-by": "me"}},
      {"Id": "sha256:3", "RepoTags": ["<none>:<none>"], "Labels": {"testlooper.made-by": "me"}},
      {"Id": "sha256:4", "RepoTags": ["x:y"], "Labels": {"testlooper.made-by": "another"}}, 5, {}])",
                                     "me");
  ASSERT_TRUE(ours);
  ASSERT_EQ(ours->size(), 3u);
  EXPECT_EQ((*ours)[0].reference, "testlooper/source:a");
  EXPECT_EQ((*ours)[0].kind, KeptKind::layers);
  EXPECT_EQ((*ours)[0].bytes, 10u);
  EXPECT_EQ((*ours)[0].since, WallTime{12'000});
  EXPECT_EQ((*ours)[1].reference, "sha256:2");
  EXPECT_EQ((*ours)[1].kind, KeptKind::images);
  EXPECT_EQ((*ours)[1].bytes, 500u);
  EXPECT_EQ((*ours)[2].reference, "sha256:3");
  EXPECT_FALSE(parse_our_images("{}", "me"));
  EXPECT_FALSE(parse_our_images("", "me"));
}

TEST(Responses, volumes_are_told_apart_by_their_label) {
  EXPECT_EQ(parse_volume_kind(R"({"Name":"v","Labels":{"testlooper.kind":"artifact"}})").value(),
            "artifact");
  EXPECT_EQ(parse_volume_kind(R"({"Name":"v","Labels":null})").value(), "");
  EXPECT_FALSE(parse_volume_kind("{}"));
  EXPECT_TRUE(parse_volumes(R"({"Volumes":null,"Warnings":null})")->empty());
  const auto found = parse_volumes(R"({"Volumes":[{"Name":"v","Labels":{}}]})");
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().name, "v");
  EXPECT_FALSE(parse_volumes("[]"));
}

TEST(Responses, new_paths_are_what_was_added_without_the_folders_above) {
  EXPECT_EQ(parse_new_paths(R"([{"Path":"/a","Kind":0},{"Path":"/a/b","Kind":1},)"
                            R"({"Path":"/a/b/c","Kind":1},{"Path":"/z","Kind":2}])")
                .value(),
            std::vector<std::string>{"/a/b/c"});
  EXPECT_TRUE(parse_new_paths("null")->empty());
  EXPECT_FALSE(parse_new_paths("{}"));
}

}  // namespace
}  // namespace testlooper::docker
