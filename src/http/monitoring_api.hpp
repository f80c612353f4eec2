// What other programs watch a server by: metrics, badges, and the feed of build monitors. Calls
// block for the store.
#pragma once

#include "http/pages_api.hpp"

namespace testlooper::http {

Response monitoring_response(const ReadContext& context, const Route& route, const Head& head);

}  // namespace testlooper::http
