// Answers with files of attempts: logs, single runs' logs, artifacts. Whole or by ranges. Calls
// block for the store and the disk, so they belong on a pool thread.
#pragma once

#include "http/guard.hpp"
#include "http/pages_api.hpp"
#include "http/response.hpp"
#include "http/router.hpp"

namespace testlooper::http {

Response log_response(const ReadContext& context, const Route& route, const Head& head);
Response run_log_response(const ReadContext& context, const Route& route, const Head& head);
// Always as something to be saved, and only what the attempt's list names.
Response artifact_response(const ReadContext& context, const Route& route, const Head& head);

// What tells a browser to save a file under this name, whatever characters it has. Pure.
std::string content_disposition(std::string_view path);

}  // namespace testlooper::http
