// A file that docker fetches, where it can't be sent to it: served over HTTP on this machine's
// loopback, at an address that nobody guesses, until the object goes. Used on the exec thread only.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "testlooper/base/result.hpp"

namespace testlooper::docker {

class ServedFile {
 public:
  // Errors: unavailable, where this machine's loopback can't be listened at.
  static Result<ServedFile> open(const boost::asio::any_io_executor& executor, std::string path);
  ServedFile(ServedFile&&) = default;
  ServedFile& operator=(ServedFile&&) = delete;
  ~ServedFile();

  const std::string& url() const;

 private:
  struct State;
  explicit ServedFile(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace testlooper::docker
