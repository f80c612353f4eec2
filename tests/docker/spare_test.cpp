// Containers that are started before anybody asks for them, on a made-up clock.
#include <ctime>

#include <boost/asio/co_spawn.hpp>

#include "testlooper/base/limits.hpp"

#include "docker/runs.hpp"
#include "fixture.hpp"

namespace testlooper::docker {
namespace {

using std::chrono::steady_clock;

class SpareTest : public DockerTest {
 protected:
  void SetUp() override {
    DockerTest::SetUp();
    options_.network = "none";
    host.emplace(options_, clock_, live_);
    host->ready = true;
    pauses.emplace(*host);
    layers.emplace(*host);
    sandboxes.emplace(*host, *layers);
    supervisor.emplace(*host);
    spares.emplace(*host, *pauses, *supervisor);
    carry_out([](Pauses& its) -> Awaitable<void> {
      if (auto ready = co_await its.prepare(); !ready) ADD_FAILURE() << ready.error().text();
    }(*pauses));
  }
  void TearDown() override {
    spares->forget();
    carry_out([](Host& all, std::string names) -> Awaitable<void> {
      std::istringstream each(names);
      for (std::string name, state; each >> name >> state;) co_await remove_container(all, name);
      co_await remove_volume(all, supervisor_volume_name(all.options.instance_id));
    }(*host, containers()));
    spares.reset();
    supervisor.reset();
    sandboxes.reset();
    layers.reset();
    pauses.reset();  // their streams belong to the host
    host.reset();
    DockerTest::TearDown();
  }

  void carry_out(Awaitable<void> work) {
    boost::asio::co_spawn(host->io, std::move(work), [](std::exception_ptr e) {
      if (e) ADD_FAILURE() << text_of(e);
    });
    host->io.restart();
    host->io.run();
  }
  // Until all containers that are wanted by then are there, and no others.
  void settle(steady_clock::time_point now = steady_clock::now()) {
    carry_out([](Spares& its, steady_clock::time_point then) -> Awaitable<void> {
      while (co_await its.step(then)) continue;
    }(*spares, now));
  }
  ContainerEnd carry_out(ContainerJob wanted) {
    Result<ContainerEnd> end;
    carry_out([](RunParts parts, ContainerJob its, Result<ContainerEnd>& said) -> Awaitable<void> {
      said = co_await carry_out_run(parts, std::move(its), std::make_shared<bool>(false), [] {});
    }({*host, *pauses, *layers, *sandboxes, *spares, *supervisor}, std::move(wanted), end));
    EXPECT_TRUE(end) << end.error().text();
    return end.value_or(ContainerEnd{});
  }
  std::string log_here(ContainerJob wanted) { return log_of(carry_out(std::move(wanted))); }
  // The next run of this kind is expected.
  void make_known(const ContainerJob& kind) {
    for (int i = 0; i < 2; ++i) {
      ContainerJob one = kind;
      one.attempt = {{++tasks_}, 1};
      one.command = "true";
      carry_out(std::move(one));
    }
  }
  std::size_t waiting() {
    return static_cast<std::size_t>(std::ranges::count(
        docker({"ps", "-q", "--filter", "label=testlooper.kind=spare", "--filter",
                "label=testlooper.instance=" + options_.instance_id}),
        '\n'));
  }
  static std::string docker_time() {
    const auto time = docker({"info", "--format", "{{.SystemTime}}"});
    return time.substr(0, time.find('\n'));
  }
  // The names of the containers that it happened to.
  static std::string events_since(const std::string& time, const std::string& what) {
    return docker({"events", "--since", time, "--until", std::to_string(std::time(nullptr) + 1),
                   "--filter", "event=" + what, "--format", "{{.Actor.Attributes.name}}"});
  }
  ContainerJob with_memory(std::int64_t megabytes) {
    ContainerJob made = job("true");
    made.memory_bytes = megabytes << 20;
    return made;
  }

  std::optional<Host> host;
  std::optional<Pauses> pauses;
  std::optional<Layers> layers;
  std::optional<Sandboxes> sandboxes;
  std::optional<SupervisorVolume> supervisor;
  std::optional<Spares> spares;
};

TEST_F(SpareTest, a_kind_of_run_that_came_twice_has_containers_waiting_each_for_one_run) {
  carry_out(job("true"));
  settle();
  EXPECT_EQ(waiting(), 0u) << "it may have been the only one";
  carry_out(job("true"));
  settle();
  EXPECT_EQ(waiting(), 3u);
  EXPECT_EQ(log_here(job("cat sub/hello.txt; echo x >sub/hello.txt; touch /tmp/poison")),
            "hello\n");
  EXPECT_EQ(waiting(), 2u);
  EXPECT_EQ(log_here(job("cat sub/hello.txt; ls /tmp")), "hello\n");
  EXPECT_EQ(waiting(), 1u);
  settle();
  EXPECT_EQ(waiting(), 3u);
}

TEST_F(SpareTest, a_run_finds_there_what_it_would_find_in_a_container_made_for_it) {
  const std::string deep = std::string(90, 'd') + "/" + std::string(90, 'f');
  const auto tree = [this, deep]() -> Result<std::string> {
    const int number = ++tars_;
    const std::string tar = dir_.file("tree" + std::to_string(number) + ".tar");
    const std::string repo = dir_.file("files" + std::to_string(number)) + "/testlooper/repo";
    must_run(
        {.words = {"sh", "-c",
                   "mkdir -p " + repo + "/" + deep.substr(0, 90) + " " + repo + "/empty && cd " +
                       repo + " && echo text >" + deep +
                       " && echo 'echo ran' >run.sh && chmod 755 run.sh && ln -s run.sh link"
                       " && : >nothing && find . -exec touch -h -d @1700000000 {} + && cd ../.."
                       " && tar --format=gnu --owner=0 --group=0 -cf " +
                       tar + " testlooper/repo"}});
    return tar;
  };
  std::string seen[2];
  for (auto& each : seen) {
    ContainerJob wanted =
        job("env | grep -vE '^(SHLVL|OLDPWD|_)=' | sort; id; pwd; umask; cat /testlooper/io/in; "
            "./run.sh; ./link; find /testlooper ! -path '*supervisor*' | sort | xargs stat -c "
            "'%n %F %a %u %g %s'; find . | sort | xargs stat -c '%n %Y'; "
            "grep -E 'Cap|NoNew|Seccomp:' /proc/self/status; ls /proc/self/fd | wc -l; exit 3");
    wanted.source.tag += "tree";
    wanted.source.make_tar = tree;
    wanted.variables = {{"A", "x 'y' $z"}, {"HOME", "/elsewhere"}, {"REPO_ROOT", "/elsewhere"}};
    wanted.inputs = {{"/testlooper/io/in", "input\n"}};
    const auto end = carry_out(wanted);
    EXPECT_EQ(end.exit_code, 3);
    each = log_of(end);
    if (waiting() == 0) make_known(wanted);
    settle();
  }
  EXPECT_EQ(waiting(), 3u);
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_NE(seen[0].find("/testlooper/repo/" + deep), std::string::npos) << seen[0];
}

TEST_F(SpareTest, where_none_is_of_use_a_run_gets_a_container_of_its_own) {
  make_known(job("true", kUserImage));
  settle();
  EXPECT_EQ(waiting(), 0u) << "its user can't write the commit's files";
  EXPECT_EQ(log_here(job("cat sub/hello.txt", kUserImage)), "hello\n");

  make_known(job("true"));
  settle();
  ASSERT_EQ(waiting(), 3u);
  ContainerJob large = job("wc -c <large");
  large.source.tag += "large";
  large.source.make_tar = tar_with("large", std::string(limits::kFilesSentAlong, 'x'));
  EXPECT_EQ(log_here(std::move(large)), std::to_string(limits::kFilesSentAlong) + "\n");
  settle();
  EXPECT_EQ(waiting(), 0u) << "the commits of this kind are too large";
}

TEST_F(SpareTest, one_that_is_gone_harms_nobody) {
  make_known(job("true"));
  settle();
  std::istringstream names(containers());
  for (std::string name, state; names >> name >> state;) {
    if (name.find("-spare") != name.npos) docker({"rm", "-f", name});
  }
  EXPECT_EQ(log_here(job("cat sub/hello.txt")), "hello\n");
}

TEST_F(SpareTest, one_that_was_taken_has_the_name_of_its_attempt) {
  make_known(job("true"));
  settle();
  const auto wanted = job("true");
  const auto name = container_name(options_.instance_id, wanted.attempt);
  const auto since = docker_time();
  EXPECT_EQ(carry_out(wanted).exit_code, 0);
  const auto renamed = events_since(since, "rename");
  EXPECT_NE(renamed.find(name), renamed.npos) << renamed;
}

TEST_F(SpareTest, a_run_that_ended_well_ends_by_itself) {
  const auto since = docker_time();
  const auto first = job("true");
  EXPECT_EQ(carry_out(first).exit_code, 0);
  make_known(job("true"));
  settle();
  const auto in_spare = job("true");
  EXPECT_EQ(carry_out(in_spare).exit_code, 0);
  const auto killed = events_since(since, "kill");
  for (const auto& each : {first, in_spare}) {
    const auto name = container_name(options_.instance_id, each.attempt);
    EXPECT_EQ(killed.find(name), killed.npos) << name << " was killed, which is a process more";
    EXPECT_NE(events_since(since, "destroy").find(name), std::string::npos);
  }
}

TEST_F(SpareTest, networks_are_kept_while_runs_go_on_and_then_one_a_slot) {
  const auto take_all = [&] {
    std::set<std::string> names;
    carry_out([](Host& its, Pauses& all, std::set<std::string>& seen) -> Awaitable<void> {
      std::vector<PauseLease> leases;
      for (int i = 0; i < 2 * its.options.slots; ++i) {
        auto lease = co_await all.acquire(std::make_shared<bool>(false));
        EXPECT_TRUE(lease) << lease.error().text();
        if (lease) leases.push_back(*lease);
      }
      for (const auto& each : leases) {
        seen.insert(each->name);
        co_await all.give_back(each);
      }
    }(*host, *pauses, names));
    return names;
  };
  const auto networks = [&] { return std::ranges::count(containers(), '\n'); };
  host->asked_at = steady_clock::now();
  const auto first = take_all();
  EXPECT_EQ(first.size(), 4u);
  carry_out(pauses->shed(host->asked_at + Seconds{limits::kSurplusPauseSeconds - 1}));
  EXPECT_EQ(take_all(), first);
  EXPECT_EQ(networks(), 4);
  carry_out(pauses->shed(host->asked_at + Seconds{limits::kSurplusPauseSeconds}));
  EXPECT_EQ(networks(), options_.slots);
}

TEST_F(SpareTest, they_are_kept_for_their_time_and_no_longer) {
  make_known(job("true"));
  const auto used = steady_clock::now();
  settle();
  ASSERT_EQ(waiting(), 3u);
  settle(used + Seconds{limits::kSpareContainerSeconds - 60});
  EXPECT_EQ(waiting(), 3u);
  settle(used + Seconds{limits::kSpareContainerSeconds + 60});
  EXPECT_EQ(waiting(), 0u);
}

TEST_F(SpareTest, there_are_only_so_many_and_the_kind_used_last_comes_first) {
  make_known(with_memory(64));
  settle();
  make_known(with_memory(96));
  settle();
  EXPECT_EQ(waiting(), static_cast<std::size_t>(limits::kSpareContainers));
  for (int i = 0; i < 3; ++i) carry_out(with_memory(96));
  EXPECT_EQ(waiting(), static_cast<std::size_t>(limits::kSpareContainers) - 3);
}

TEST_F(SpareTest, runs_that_docker_is_busy_with_go_first) {
  make_known(job("true"));
  host->asked_at = steady_clock::now();
  settle(host->asked_at + Milliseconds{limits::kSpareCalmMs - 1});
  EXPECT_EQ(waiting(), 0u);
  settle(host->asked_at + Milliseconds{limits::kSpareCalmMs});
  EXPECT_EQ(waiting(), 3u);
}

TEST_F(SpareTest, a_run_that_may_leave_more_than_files_is_not_given_one) {
  make_known(job("true"));
  settle();
  ContainerJob docked = job("true");
  docked.with_docker = true;
  carry_out(std::move(docked));
  EXPECT_EQ(waiting(), 3u);
}

}  // namespace
}  // namespace testlooper::docker
