#include "codec/store_json.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <stdexcept>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "codec/names.hpp"

namespace testlooper::codec {
namespace {

using Json = nlohmann::json;

// What is written of each struct, and read back: each(name, member).
template <typename T>
struct Members;

template <>
struct Members<ImageSpec> {
  static void visit(auto& value, auto each) {
    each("source", value.source);
    each("name", value.name);
    each("dockerfile", value.dockerfile);
    each("unsupported", value.unsupported);
    each("with_docker", value.with_docker);
  }
};
template <>
struct Members<Warning> {
  static void visit(auto& value, auto each) {
    each("line", value.line);
    each("message", value.message);
  }
};
template <>
struct Members<Config> {
  static void visit(auto& value, auto each) {
    each("name", value.name);
    each("primary_branch", value.primary_branch);
    each("os", value.os);
    each("image", value.image);
    each("variables", value.variables);
    each("command", value.command);
    each("warnings", value.warnings);
  }
};
template <>
struct Members<Environment> {
  static void visit(auto& value, auto each) {
    each("name", value.name);
    each("image", value.image);
    each("variables", value.variables);
    each("min_cores", value.min_cores);
    each("min_ram_gb", value.min_ram_gb);
    each("custom_setup", value.custom_setup);
  }
};
template <>
struct Members<Build> {
  static void visit(auto& value, auto each) {
    each("name", value.name);
    each("environment", value.environment);
    each("dependencies", value.dependencies);
    each("command", value.command);
    each("inputs", value.inputs);
  }
};
template <>
struct Members<Suite> {
  static void visit(auto& value, auto each) {
    each("name", value.name);
    each("kind", value.kind);
    each("environment", value.environment);
    each("dependencies", value.dependencies);
    each("list_tests", value.list_tests);
    each("run_tests", value.run_tests);
    each("repeat_tests", value.repeat_tests);
    each("timeout_s", value.timeout);
    each("isolation", value.isolation);
  }
};
template <>
struct Members<TestPlan> {
  static void visit(auto& value, auto each) {
    each("environments", value.environments);
    each("builds", value.builds);
    each("suites", value.suites);
    each("warnings", value.warnings);
  }
};
template <>
struct Members<TestFilter> {
  static void visit(auto& value, auto each) {
    each("suites", value.suites);
    each("labels", value.labels);
    each("paths", value.paths);
    each("regex", value.regex);
    each("tests", value.tests);
  }
};
template <>
struct Members<Stage> {
  static void visit(auto& value, auto each) {
    each("name", value.name);
    each("outcome", value.outcome);
    each("duration_us", value.duration);
  }
};
template <>
struct Members<HuntQuestion> {
  static void visit(auto& value, auto each) {
    each("sha", value.sha);
    each("until_failures", value.until_failures);
    each("duration_s", value.duration);
  }
};
template <>
struct Members<ProveQuestion> {
  static void visit(auto& value, auto each) {
    each("sha", value.sha);
    each("old_rate", value.old_rate);
    each("risk", value.risk);
    each("method", value.method);
    each("against_sha", value.against_sha);
    each("against_failures", value.against_failures);
    each("against_runs", value.against_runs);
  }
};
template <>
struct Members<DiagnoseQuestion> {
  static void visit(auto& value, auto each) {
    each("sha", value.sha);
    each("effort", value.effort);
  }
};
template <>
struct Members<BisectQuestion> {
  static void visit(auto& value, auto each) {
    each("good", value.good);
    each("bad", value.bad);
    each("confidence", value.confidence);
  }
};

constexpr std::array<std::string_view, 3> kImageSources = {"named", "dockerfile", "unsupported"};

std::string_view enum_name(ImageSource value) {
  return kImageSources[static_cast<std::size_t>(value)];
}
std::string_view enum_name(Outcome value) { return outcome_name(value); }
std::string_view enum_name(Isolation value) { return isolation_name(value); }
std::string_view enum_name(ProveMethod value) { return prove_method_name(value); }

void read_enum(std::string_view name, ImageSource& value) {
  const auto found = std::ranges::find(kImageSources, name);
  if (found == kImageSources.end()) throw std::invalid_argument("no source of images");
  value = static_cast<ImageSource>(found - kImageSources.begin());
}
void read_enum(std::string_view name, ProveMethod& value) {
  const auto method = prove_method_named(name);
  if (!method) throw std::invalid_argument("no method of proof");
  value = *method;
}
void read_enum(std::string_view name, Outcome& value) {
  const auto outcome = outcome_named(name);
  if (!outcome) throw std::invalid_argument("no outcome");
  value = *outcome;
}

void read_enum(std::string_view name, Isolation& value) {
  const auto isolation = isolation_named(name);
  if (!isolation) throw std::invalid_argument("no isolation");
  value = *isolation;
}

template <typename T>
concept IsDuration = requires { typename T::period; };
template <typename T>
concept IsOptional = std::same_as<T, std::optional<typename T::value_type>>;
template <typename T>
concept IsVector = std::same_as<T, std::vector<typename T::value_type>>;
template <typename T>
concept IsPlain = std::is_arithmetic_v<T> || std::same_as<T, std::string> ||
                  std::same_as<T, std::map<std::string, std::string>>;

template <typename T>
Json written(const T& value) {
  if constexpr (IsPlain<T>) {
    return value;
  } else if constexpr (std::is_enum_v<T>) {
    return enum_name(value);
  } else if constexpr (IsDuration<T>) {
    return value.count();
  } else if constexpr (IsOptional<T>) {
    return value ? written(*value) : Json();
  } else if constexpr (IsVector<T>) {
    auto array = Json::array();
    for (const auto& item : value) array.push_back(written(item));
    return array;
  } else {
    auto object = Json::object();
    Members<T>::visit(
        value, [&object](const char* name, const auto& member) { object[name] = written(member); });
    return object;
  }
}

// Throws nlohmann's exceptions, or std::invalid_argument.
template <typename T>
void read(const Json& json, T& value) {
  if constexpr (IsPlain<T>) {
    json.get_to(value);
  } else if constexpr (std::is_enum_v<T>) {
    read_enum(json.get_ref<const std::string&>(), value);
  } else if constexpr (IsDuration<T>) {
    value = T{json.get<typename T::rep>()};
  } else if constexpr (IsOptional<T>) {
    if (!json.is_null()) read(json, value.emplace());
  } else if constexpr (IsVector<T>) {
    for (const auto& item : json.get_ref<const Json::array_t&>()) read(item, value.emplace_back());
  } else {
    const auto& object = json.get_ref<const Json::object_t&>();
    Members<T>::visit(value, [&object](const char* name, auto& member) {
      const auto found = object.find(name);
      if (found == object.end()) return;
      try {
        read(found->second, member);
      } catch (const std::exception& error) {
        throw std::invalid_argument(fmt::format("{}: {}", name, error.what()));
      }
    });
  }
}

template <typename T>
std::string text_of(const T& value) {
  return written(value).dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <typename T>
Result<T> parsed(std::string_view text) {
  try {
    T value{};
    read(Json::parse(text), value);
    return value;
  } catch (const std::exception& error) {
    return invalid(fmt::format("stored JSON cannot be read: {}", error.what()));
  }
}

}  // namespace

std::string to_json(const Variables& value) { return text_of(value); }
std::string to_json(const ImageSpec& value) { return text_of(value); }
std::string to_json(const std::vector<Warning>& value) { return text_of(value); }
std::string to_json(const Config& value) { return text_of(value); }
std::string to_json(const Environment& value) { return text_of(value); }
std::string to_json(const Build& value) { return text_of(value); }
std::string to_json(const Suite& value) { return text_of(value); }
std::string to_json(const TestPlan& value) { return text_of(value); }
std::string to_json(const TestFilter& value) { return text_of(value); }
std::string to_json(const std::vector<Stage>& value) { return text_of(value); }
std::string to_json(const std::vector<std::string>& value) { return text_of(value); }
std::string to_json(const HuntQuestion& value) { return text_of(value); }
std::string to_json(const ProveQuestion& value) { return text_of(value); }
std::string to_json(const BisectQuestion& value) { return text_of(value); }
std::string to_json(const DiagnoseQuestion& value) { return text_of(value); }

template <>
Result<Variables> from_json(std::string_view text) {
  return parsed<Variables>(text);
}
template <>
Result<ImageSpec> from_json(std::string_view text) {
  return parsed<ImageSpec>(text);
}
template <>
Result<std::vector<Warning>> from_json(std::string_view text) {
  return parsed<std::vector<Warning>>(text);
}
template <>
Result<Config> from_json(std::string_view text) {
  return parsed<Config>(text);
}
template <>
Result<Environment> from_json(std::string_view text) {
  return parsed<Environment>(text);
}
template <>
Result<Build> from_json(std::string_view text) {
  return parsed<Build>(text);
}
template <>
Result<Suite> from_json(std::string_view text) {
  return parsed<Suite>(text);
}
template <>
Result<TestPlan> from_json(std::string_view text) {
  return parsed<TestPlan>(text);
}
template <>
Result<TestFilter> from_json(std::string_view text) {
  return parsed<TestFilter>(text);
}
template <>
Result<std::vector<Stage>> from_json(std::string_view text) {
  return parsed<std::vector<Stage>>(text);
}
template <>
Result<std::vector<std::string>> from_json(std::string_view text) {
  return parsed<std::vector<std::string>>(text);
}
template <>
Result<HuntQuestion> from_json(std::string_view text) {
  return parsed<HuntQuestion>(text);
}
template <>
Result<ProveQuestion> from_json(std::string_view text) {
  return parsed<ProveQuestion>(text);
}
template <>
Result<BisectQuestion> from_json(std::string_view text) {
  return parsed<BisectQuestion>(text);
}
template <>
Result<DiagnoseQuestion> from_json(std::string_view text) {
  return parsed<DiagnoseQuestion>(text);
}

}  // namespace testlooper::codec
