// Takes server-sent events out of text that comes in pieces. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.hpp"

namespace testlooper::net {

class EventParser {
 public:
  // The events that are complete with this piece; comments are left out.
  std::vector<ServerEvent> take(std::string_view piece);

 private:
  std::string pending_;
};

}  // namespace testlooper::net
