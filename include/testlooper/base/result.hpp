// Expected failures are values. An Error says what happened (`message`, a lower-case fragment),
// where (`context`, for instance "config.yaml:3"), and of which kind it is, so that each edge can
// turn it into its own form: an HTTP status, an exit code, a stored sentence.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace testlooper {

enum class ErrorKind {
  invalid,      // the caller's input is wrong; trying again does not help
  not_found,    // the thing that was named is not there
  conflict,     // it contradicts what is there
  unavailable,  // the machine's fault; trying again may help
  cancelled,    // somebody asked to stop
};

struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string message;
  std::string context;

  // "context: message", or the message alone.
  std::string text() const { return context.empty() ? message : context + ": " + message; }
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string context = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(context)});
}
inline std::unexpected<Error> invalid(std::string message, std::string context = {}) {
  return fail(ErrorKind::invalid, std::move(message), std::move(context));
}
inline std::unexpected<Error> not_found(std::string message, std::string context = {}) {
  return fail(ErrorKind::not_found, std::move(message), std::move(context));
}
inline std::unexpected<Error> unavailable(std::string message, std::string context = {}) {
  return fail(ErrorKind::unavailable, std::move(message), std::move(context));
}

}  // namespace testlooper
