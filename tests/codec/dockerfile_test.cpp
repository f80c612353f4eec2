#include "codec/dockerfile.hpp"

#include <gtest/gtest.h>

#include "support/cpu_time.hpp"

namespace testlooper::codec {
namespace {

using Texts = std::vector<std::string>;

Texts bases_of(std::string_view text) { return analyse_dockerfile(text).bases; }
std::string why_buildkit(std::string_view text) {
  const auto facts = analyse_dockerfile(text);
  return facts.buildkit ? std::to_string(facts.buildkit->line) + ": " + facts.buildkit->why : "";
}
// "unknown", or the paths with spaces between.
std::string reads(std::string_view instructions) {
  const auto facts = analyse_dockerfile("FROM a\n" + std::string(instructions));
  if (!facts.context_paths) return "unknown";
  std::string paths;
  for (const auto& path : *facts.context_paths) paths += (paths.empty() ? "" : " ") + path;
  return paths;
}

TEST(Dockerfile, ReadsTheSampleRepositorysFiles) {
  const auto pytest = analyse_dockerfile(R"--(# used for generating the container
# invalidate the cache when pyproject.toml changes.
FROM python:3.10

WORKDIR /app

COPY pyproject.toml .

# install the dependencies
RUN pip install toml && \
    python -c "import toml; deps = toml.load('pyproject.toml'); print('\n'.join(deps))" > r.txt \
    && pip install --no-cache-dir -r r.txt


ENTRYPOINT ["/bin/bash", "-c"]
)--");
  EXPECT_EQ(pytest, (DockerfileFacts{{}, {"python:3.10"}, Texts{"pyproject.toml"}}));
  const auto setup = analyse_dockerfile("FROM python:3.10\nWORKDIR /app\nCOPY . /app\n");
  EXPECT_EQ(setup, (DockerfileFacts{{}, {"python:3.10"}, std::nullopt}));
}

TEST(Dockerfile, BasesAreImagesFromElsewhere) {
  EXPECT_EQ(bases_of("FROM a AS one\nFROM b:1\nFROM ONE\nFROM scratch\nFROM b:1\n"),
            (Texts{"a", "b:1"}));
  EXPECT_EQ(bases_of("from --platform=linux/amd64 a as x\nCOPY --from=x /p /p\n"
                     "COPY --from=0 /p /p\nCOPY --from=other:2 /p /p\n"),
            (Texts{"a", "other:2"}));
}

TEST(Dockerfile, DefaultsOfArgumentsAreFilledIn) {
  EXPECT_EQ(bases_of("ARG V=3.10 N=\"python\"\nFROM ${N}:$V\n"), Texts{"python:3.10"});
  EXPECT_EQ(bases_of("ARG A=a\nARG B=${A}b\nFROM $B\n"), Texts{"ab"});
  EXPECT_EQ(bases_of("FROM python:${V:-3.11}${X:+-slim}\n"), Texts{"python:3.11"});
  EXPECT_EQ(bases_of("ARG X=1\nFROM python${X:+-slim}\n"), Texts{"python-slim"});
  EXPECT_EQ(bases_of("ARG V\nFROM python:$V\n"), Texts{});
  EXPECT_EQ(bases_of("FROM a\nARG V=2\nFROM b:${V}\n"), Texts{"a"})
      << "an argument of a stage is not one of FROM";
}

TEST(Dockerfile, ArgumentsThatDoubleEndSomewhere) {
  std::string text = "ARG A0=0123456789\n";
  for (int i = 1; i < 60; ++i) {
    const auto before = "${A" + std::to_string(i - 1) + "}";
    text += "ARG A" + std::to_string(i) + "=" + before + before + "\n";
  }
  EXPECT_EQ(bases_of(text + "FROM $A59\n"), Texts{});
}

TEST(Dockerfile, TellsWhatIsReadFromTheContext) {
  EXPECT_EQ(reads(""), "");
  EXPECT_EQ(reads("RUN true\n"), "");
  EXPECT_EQ(reads("COPY a b/ ./c//d /e /dest\nADD f g\nCOPY a x\n"), "a b c/d e f");
  EXPECT_EQ(reads("copy --chown=1:2 a b\n"), "a");
  EXPECT_EQ(reads("COPY [\"a b\", \"c\", \"/d\"]\n"), "a b c");
  EXPECT_EQ(reads("COPY --from=x a b\nADD https://x.example/y.tar /z\n"), "");
}

TEST(Dockerfile, InDoubtItCannotTell) {
  for (const auto* text :
       {"COPY . /x", "COPY ./ /x", "COPY / /x", "COPY *.txt /x", "COPY a? /x", "COPY [ab] /x",
        "COPY $A /x", "COPY ../a /x", "COPY \"a b\" /x", "COPY a\\ b /x", "COPY a", "COPY",
        "COPY [\"a\", 5", "COPY --parents a /x", "RUN --mount=target=/x true",
        "RUN --mount=type=bind,source=a,target=/x true", "ONBUILD COPY . /x", "COPPY . /x",
        "FROM python:3-onbuild"}) {
    EXPECT_EQ(reads(text), "unknown") << text;
  }
}

TEST(Dockerfile, MountsThatAreNotOfTheContext) {
  EXPECT_EQ(reads("RUN --mount=type=cache,target=/c --mount=type=secret,id=x true\n"), "");
  EXPECT_EQ(reads("RUN --mount=type=bind,from=x,target=/c true\n"), "");
  EXPECT_EQ(bases_of("FROM a\nRUN --mount=from=img:1,target=/c true\n"), (Texts{"a", "img:1"}));
}

TEST(Dockerfile, LinesAreJoinedAsDockerDoes) {
  EXPECT_EQ(reads("COPY \\\n  # a comment\n\n  a \\  \n  b \\\n  /x\nCOPY c /x\n"), "a b c");
  EXPECT_EQ(reads("COPY a /x\r\nCOPY b /x\r\n"), "a b");
  EXPECT_EQ(reads("# COPY . /x\n   COPY a /x\n"), "a");
  EXPECT_EQ(reads("RUN echo \\\nCOPY . /x\n"), "") << "the second line belongs to RUN";
}

TEST(Dockerfile, TheEscapeCanBeABacktick) {
  const auto facts =
      analyse_dockerfile("# escape=`\nFROM a\nCOPY c `\n  /x\nRUN dir C:\\\nCOPY d /x\n");
  EXPECT_EQ(facts.context_paths, (Texts{"c", "d"}));
  const auto late = analyse_dockerfile("FROM a\n# escape=`\nRUN dir \\\nCOPY d /x\n");
  EXPECT_EQ(late.context_paths, Texts{}) << "directives are at the top";
}

TEST(Dockerfile, HereDocumentsAreNotInstructions) {
  const auto facts = analyse_dockerfile(
      "FROM a\nRUN <<EOF\nCOPY . /x\nFROM b\nEOF\nCOPY <<-'A' <<B c /d\n\tA\nx\nB\n");
  EXPECT_EQ(facts.bases, Texts{"a"});
  EXPECT_EQ(facts.context_paths, Texts{"c"});
  EXPECT_EQ(facts.buildkit, (BuildKitNeed{2, "RUN <<"}));
}

TEST(Dockerfile, AHereDocumentWithoutAnEndIsNone) {
  EXPECT_EQ(reads("RUN cat <<EOF\nCOPY a /x\n"), "a");
  EXPECT_EQ(why_buildkit("FROM a\nRUN cat <<EOF && x\n"), "");
  EXPECT_EQ(reads("RUN echo \"<<EOF\"\nCOPY a /x\nEOF\n"), "unknown") << "EOF is no instruction";
}

TEST(Dockerfile, NamesWhatNeedsBuildKit) {
  EXPECT_EQ(why_buildkit("FROM a\nRUN true\nCOPY --from=a --chown=1 b c\n"), "");
  EXPECT_EQ(why_buildkit("FROM a\nRUN --mount=type=cache,target=/x true\n"), "2: RUN --mount");
  EXPECT_EQ(why_buildkit("FROM a\nRUN --network=none true\n"), "2: RUN --network");
  EXPECT_EQ(why_buildkit("FROM a\nCOPY --chmod=755 b c\n"), "2: COPY --chmod");
  EXPECT_EQ(why_buildkit("FROM a\nADD --link b c\nCOPY --link b c\n"), "2: ADD --link");
  EXPECT_EQ(why_buildkit("FROM a\nADD https://example.org/r.git#main /x\n"),
            "2: ADD of a git repository");
  EXPECT_EQ(why_buildkit("FROM --platform=$BUILDPLATFORM a\n"), "1: FROM with BUILDPLATFORM");
  EXPECT_EQ(why_buildkit("ARG TARGETARCH=x\nFROM a:${TARGETARCH}\n"), "");
}

TEST(Dockerfile, DockersOwnSyntaxNeedsNothing) {
  EXPECT_EQ(why_buildkit("# syntax=docker/dockerfile:1\nFROM a\n"), "");
  EXPECT_EQ(why_buildkit("# syntax = example/other\nFROM a\n"),
            "1: another syntax than docker's: example/other");
  EXPECT_EQ(analyse_dockerfile("# syntax=example/other\nFROM a\n").context_paths, std::nullopt);
}

TEST(Dockerfile, AMegabyteOfOpenHereDocumentsTakesNoTime) {
  std::string text = "FROM a\n";
  for (int i = 0; text.size() < 1'000'000; ++i) text += "RUN <<E" + std::to_string(i) + "\n";
  const testing::CpuTimer timer;
  (void)analyse_dockerfile(text);
  EXPECT_LT(timer.seconds(), 5);
}

}  // namespace
}  // namespace testlooper::codec
