#include "stack.hpp"

#include <iostream>
#include <random>
#include <string>

namespace {

bool push() {
  Stack<int> stack;
  stack.push(1);
  return !stack.empty();
}

bool pop() {
  Stack<std::string> stack;
  stack.push("a");
  stack.push("b");
  return stack.pop() == "b" && stack.pop() == "a" && stack.empty();
}

// Flaky on purpose: one time in six.
bool dice() {
  std::random_device random;
  const auto thrown = std::uniform_int_distribution(1, 6)(random);
  std::cout << "thrown: " << thrown << "\n";
  return thrown != 6;
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (what == "push") return push() ? 0 : 1;
  if (what == "pop") return pop() ? 0 : 1;
  if (what == "push and pop") return push() && pop() ? 0 : 1;
  if (what == "dice") return dice() ? 0 : 1;
  std::cerr << "no such test: " << what << "\n";
  return 2;
}
