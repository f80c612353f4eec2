// read_model FILE: how long the server takes for its large pages, from the question to the
// compressed body, on the store that make_large_data made. Prints a table, then a line for
// machines.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "testlooper/base/check.hpp"
#include "testlooper/ports/clock.hpp"

#include "codec/api_json.hpp"
#include "codec/flaky_json.hpp"
#include "http/response.hpp"
#include "large_data.hpp"
#include "store/sqlite_store.hpp"
#include "store/sqlite_views.hpp"

namespace {

using namespace testlooper;
using Moment = std::chrono::steady_clock::time_point;

constexpr int kTimes = 21;

class WallClock final : public Clock {
 public:
  WallTime wall() const override {
    return {std::chrono::duration_cast<Milliseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
  }
  Moment monotonic() const override { return std::chrono::steady_clock::now(); }
};

struct Page {
  const char* name;
  double target_ms;
  std::function<std::string()> json;
};

struct Figure {
  double first_ms = 0, median_ms = 0, p95_ms = 0, cpu_ms = 0;
  std::size_t bytes = 0, packed_bytes = 0;
};

// Of this thread: what the page costs on a machine that has other work too.
double cpu_milliseconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e3 + static_cast<double>(spent.tv_nsec) / 1e6;
}

double milliseconds_since(Moment began) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
      .count();
}

Figure measure(const Page& page) {
  Figure figure;
  std::vector<double> spent, cpu;
  for (int i = 0; i < kTimes; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const auto cpu_began = cpu_milliseconds();
    auto response = http::json_response(200, page.json());
    figure.bytes = response.body_bytes();
    http::compress(response, "gzip");
    spent.push_back(milliseconds_since(began));
    cpu.push_back(cpu_milliseconds() - cpu_began);
    figure.packed_bytes = response.body_bytes();
  }
  std::ranges::sort(cpu);
  figure.cpu_ms = cpu[cpu.size() / 2];
  figure.first_ms = spent.front();
  std::ranges::sort(spent);
  figure.median_ms = spent[spent.size() / 2];
  figure.p95_ms = spent[spent.size() - 2];
  return figure;
}

template <typename T>
std::string json_of(const Result<T>& page) {
  TL_CHECK(page.has_value());
  return codec::api_json(*page);
}

// As the pages ask for it.
std::string commit_json(Views& views, const std::string& sha) {
  const auto page = views.commit(bench::kLargeRepo, sha);
  TL_CHECK(page.has_value());
  return codec::api_json_by_columns(*page);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "read_model FILE: a store that make_large_data made\n");
    return 2;
  }
  constexpr double kPackedTarget = 300'000;
  const WallClock clock;
  // Brings a kept store up to date, as the engine does.
  while (store::SqliteStore::open(argv[1])->assess_flaky(1'000'000).more) continue;
  store::SqliteViews views{argv[1], clock};
  BranchQuery matrix;
  matrix.repo = bench::kLargeRepo;
  matrix.limit = 50;
  TestQuery watched;
  watched.repo = bench::kLargeRepo;
  watched.test = bench::kWatchedTest;
  watched.limit = 500;
  const auto head = views.branch(matrix)->commits.front().sha;
  const std::vector<Page> pages{
      {"matrix", 150, [&] { return json_of(views.branch(matrix)); }},
      {"commit", 20, [&] { return commit_json(views, head); }},
      {"test", 50, [&] { return json_of(views.test(watched)); }},
      {"repos", 20, [&] { return json_of(views.repos()); }},
      {"flaky", 50, [&] { return json_of(views.flaky({.repo = bench::kLargeRepo})); }},
      {"clusters", 50, [&] { return json_of(views.clusters(bench::kLargeRepo)); }},
  };
  std::printf("%-10s %10s %10s %10s %10s %10s %12s %12s\n", "page", "target ms", "first ms",
              "median ms", "95 % ms", "cpu ms", "bytes", "compressed");
  std::string line = "read-model", missed;
  for (const auto& page : pages) {
    const auto figure = measure(page);
    std::printf("%-10s %10.0f %10.1f %10.1f %10.1f %10.1f %12zu %12zu\n", page.name, page.target_ms,
                figure.first_ms, figure.median_ms, figure.p95_ms, figure.cpu_ms, figure.bytes,
                figure.packed_bytes);
    char text[120];
    std::snprintf(text, sizeof text, " %s_ms=%.1f %s_bytes=%zu", page.name, figure.median_ms,
                  page.name, figure.packed_bytes);
    line += text;
    if (figure.median_ms > page.target_ms) missed += std::string(",") + page.name + "_ms";
    if (static_cast<double>(figure.packed_bytes) > kPackedTarget) {
      missed += std::string(",") + page.name + "_bytes";
    }
  }
  if (!missed.empty()) line += " missed=" + missed.substr(1);
  std::printf("%s\n", line.c_str());
  return missed.empty() ? 0 : 1;
}
