// HTTP with docker over its Unix socket: one call at a time on a connection, connections kept for
// the next call, a deadline on everything. Used on the exec thread only. Knows nothing of what the
// calls mean.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "testlooper/base/limits.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::docker {

template <typename T>
using Awaitable = boost::asio::awaitable<T>;

struct Request {
  std::string method;
  std::string target;  // without the API's version in front
  std::string body;
  std::string body_file;  // sent in place of `body`, from disk
  std::string content_type = "application/json";
  Seconds deadline{limits::kDockerCallSeconds};
};

struct Reply {
  int status = 0;
  std::string body;
  std::string path_facts;  // the header X-Docker-Container-Path-Stat
  bool ok() const { return status >= 200 && status < 300; }
};

struct Connection;

// A reply whose body is read as it comes, or a connection that docker has turned into a stream of a
// container's input and output.
class Stream {
 public:
  explicit Stream(const boost::asio::any_io_executor& executor);
  ~Stream();

  int status() const;
  // The next bytes, there until the next call; empty at the end. Errors: unavailable (cut, closed,
  // or silent for longer than `silence`; zero: may be silent for ever).
  Awaitable<Result<std::string_view>> read(Seconds silence);
  // All of the rest, as far as it fits. Errors: as above.
  Awaitable<Result<std::string>> read_all(std::size_t max_bytes, Seconds silence);
  Awaitable<Result<void>> write(std::string bytes, Seconds deadline);
  // Ends what another coroutine is waiting for: docker's first answer, or more of it.
  void close();

 private:
  friend class Client;
  std::unique_ptr<Connection> connection_;
};

class Client {
 public:
  Client(boost::asio::any_io_executor executor, std::string socket);
  ~Client();

  void speak(std::string api_version) { prefix_ = "/v" + std::move(api_version); }
  // Called where docker can't be reached or breaks off.
  void on_trouble(std::function<void()> trouble) { trouble_ = std::move(trouble); }
  // Forgets connections that nobody uses.
  void close_idle();

  // Errors of all: unavailable.
  Awaitable<Result<Reply>> call(Request request);
  // For open(); made beforehand by those who want to be able to close it meanwhile.
  std::shared_ptr<Stream> make_stream();
  // Returns with the reply's status, before its body.
  Awaitable<Result<void>> open(std::shared_ptr<Stream> stream, Request request);
  Awaitable<Result<std::shared_ptr<Stream>>> open(Request request);
  // As open(), for a connection that becomes a stream.
  Awaitable<Result<std::shared_ptr<Stream>>> attach(std::string target);

 private:
  using ConnectionPtr = std::unique_ptr<Connection>;
  ConnectionPtr take_idle();
  Awaitable<Result<void>> connect(Connection* connection, Seconds deadline);
  Awaitable<Result<void>> open(std::shared_ptr<Stream> stream, Request request, bool upgrade);
  std::unexpected<Error> trouble(Error error);

  boost::asio::any_io_executor executor_;
  std::string socket_;
  std::string prefix_;
  std::function<void()> trouble_;
  std::vector<ConnectionPtr> idle_;
};

}  // namespace testlooper::docker
