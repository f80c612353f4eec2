// Values as compact JSON for the store's columns, and back. Members are named as the structs',
// durations with their unit behind. Pure; any thread. Reading takes what an older version wrote: an
// absent member is its default, an unknown one is left alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/config.hpp"
#include "testlooper/domain/experiment.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::codec {

std::string to_json(const Variables& value);
std::string to_json(const ImageSpec& value);
std::string to_json(const std::vector<Warning>& value);
std::string to_json(const Config& value);
std::string to_json(const Environment& value);
std::string to_json(const Build& value);
std::string to_json(const Suite& value);
std::string to_json(const TestPlan& value);
std::string to_json(const TestFilter& value);
std::string to_json(const std::vector<Stage>& value);
std::string to_json(const std::vector<std::string>& value);  // labels
std::string to_json(const HuntQuestion& value);
std::string to_json(const ProveQuestion& value);
std::string to_json(const BisectQuestion& value);
std::string to_json(const DiagnoseQuestion& value);

// from_json<Config>(text): the inverse, for each type above. Errors: invalid, naming the member.
template <typename T>
Result<T> from_json(std::string_view text);

template <>
Result<Variables> from_json<Variables>(std::string_view text);
template <>
Result<ImageSpec> from_json<ImageSpec>(std::string_view text);
template <>
Result<std::vector<Warning>> from_json<std::vector<Warning>>(std::string_view text);
template <>
Result<Config> from_json<Config>(std::string_view text);
template <>
Result<Environment> from_json<Environment>(std::string_view text);
template <>
Result<Build> from_json<Build>(std::string_view text);
template <>
Result<Suite> from_json<Suite>(std::string_view text);
template <>
Result<TestPlan> from_json<TestPlan>(std::string_view text);
template <>
Result<TestFilter> from_json<TestFilter>(std::string_view text);
template <>
Result<std::vector<Stage>> from_json<std::vector<Stage>>(std::string_view text);
template <>
Result<std::vector<std::string>> from_json<std::vector<std::string>>(std::string_view text);
template <>
Result<HuntQuestion> from_json<HuntQuestion>(std::string_view text);
template <>
Result<ProveQuestion> from_json<ProveQuestion>(std::string_view text);
template <>
Result<BisectQuestion> from_json<BisectQuestion>(std::string_view text);
template <>
Result<DiagnoseQuestion> from_json<DiagnoseQuestion>(std::string_view text);

}  // namespace testlooper::codec
