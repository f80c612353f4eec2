#include "http/openapi.hpp"

// The file's bytes, put between these by the assembler (cmake/OpenApi.cmake): compilers need not
// take a literal of this length.
extern "C" const char testlooper_openapi_begin[];
extern "C" const char testlooper_openapi_end[];

namespace testlooper::http {

std::string_view openapi_document() { return {testlooper_openapi_begin, testlooper_openapi_end}; }

}  // namespace testlooper::http
