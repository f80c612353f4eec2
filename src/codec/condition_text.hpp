// The text form of a condition: words, each "FACTOR=VALUE", the same in the API, the command line,
// the store and the pages.
//
//   cpus=0.5  memory=256m  network=none  clock=+30d  clock=2028-02-29T23:59:50  seed=7
//   order=alone|original|reverse|shuffle:SEED   after=TEST, once for each test
//   stress=4  copies=2  repeat=3   NAME=value, env:name=value: a variable
//
// A variable's name has a capital; one that has none is written with "env:", so that a factor that
// is misspelt is an error. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/condition.hpp"

namespace testlooper::codec {

// In any order. Errors: invalid, naming the word.
Result<Condition> parse_condition(const std::vector<std::string>& words);

// Always in the same order; none of a plain one.
std::vector<std::string> condition_words(const Condition& condition);

// A word on a line, for the store.
std::string condition_text(const Condition& condition);
Result<Condition> parse_condition_text(std::string_view text);

}  // namespace testlooper::codec
