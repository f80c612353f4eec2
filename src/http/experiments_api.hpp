// Answers to questions about experiments. Calls block for the store.
#pragma once

#include "http/pages_api.hpp"

namespace testlooper::http {

Response experiments_response(const ReadContext& context, const Route& route, const Head& head);

}  // namespace testlooper::http
