// Under which condition a test is run: what is changed on purpose about its surroundings, compared
// with an ordinary run. docs/laboratory.md has the words of its text form
// (src/codec/condition_text.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/domain/config.hpp"

namespace testlooper {

// Which tests run before it in the same task, and in which order: TEST_INPUT says so to the suite's
// command, whose framework must keep to it.
enum class OrderKind : std::uint8_t {
  usual,     // as tasks are cut: docs/scheduling.md
  alone,     // each test in a task of its own
  original,  // the whole suite, as it was listed
  reverse,   // the whole suite, the last one first
  shuffle,   // the whole suite, in an order that the seed says
  after,     // after the named tests, and no others
};

struct RunOrder {
  OrderKind kind = OrderKind::usual;
  std::uint64_t seed = 0;           // shuffle
  std::vector<std::string> before;  // after: TestName::id() of each, in this order
  bool operator==(const RunOrder&) const = default;
};

struct Condition {
  double cpus = 0;             // cores that it may use at most; 0: as its environment says
  std::int64_t memory_mb = 0;  // of 1024 * 1024 bytes; likewise
  bool no_network = false;     // a loopback alone
  RunOrder order;
  std::string clock;                  // "": the machine's; else what libfaketime takes
  std::optional<std::uint32_t> seed;  // of random numbers, where the language lets us set it
  int stress = 0;                     // busy processes beside it, in its container
  int copies = 1;                     // of the suite's command, side by side; the first one counts
  int repeats = 1;                    // of each test in one process; the last one counts
  Variables variables;                // over those of its environment
  bool operator==(const Condition&) const = default;

  // As an ordinary run: it counts for the test's rate at the commit.
  bool plain() const { return *this == Condition{}; }
  // Tests that nobody asked about run too, as a part of the condition.
  bool has_companions() const {
    return order.kind != OrderKind::usual && order.kind != OrderKind::alone;
  }
};

}  // namespace testlooper
