// With which token a command asks the server: one that it is given, or that of a server of one's
// own on this machine. Never one from the command line, where every user of the machine sees it.
#pragma once

#include <string>

#include "testlooper/base/result.hpp"

#include "net/http_client.hpp"

namespace testlooper::cli {

// TESTLOOPER_TOKEN, else `token_file` (or TESTLOOPER_TOKEN_FILE), else the file that a server of
// the same user on this machine names. "": none is known, and the server says what to do. Errors:
// not_found, invalid, unavailable; each names the file.
Result<std::string> find_token(const net::ServerUrl& server, const std::string& token_file);

}  // namespace testlooper::cli
