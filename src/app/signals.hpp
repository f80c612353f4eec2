// SIGINT, SIGTERM and SIGHUP as something to wait for. Made before any thread, so that all of them
// leave these signals to it; a second SIGINT or SIGTERM ends the process at once.
#pragma once

namespace testlooper::app {

class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Blocks. Returns the signal's number, or 0 where raise() was called.
  int wait();
  // Wakes wait(), from any thread.
  void raise();

 private:
  int event_ = -1;
  int signals_ = -1;
};

}  // namespace testlooper::app
