# The description of the API is one file of JSON, for tools and for the program alike.
set(openapi_json ${CMAKE_SOURCE_DIR}/src/http/openapi.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${openapi_json})
file(READ ${openapi_json} OPENAPI_JSON)
configure_file(${CMAKE_SOURCE_DIR}/src/http/openapi.cpp.in ${CMAKE_BINARY_DIR}/generated/openapi.cpp @ONLY)
target_sources(tl_http PRIVATE ${CMAKE_BINARY_DIR}/generated/openapi.cpp)
