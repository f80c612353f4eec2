add_library(tl_contract INTERFACE)
target_include_directories(tl_contract INTERFACE ${CMAKE_SOURCE_DIR}/include)

# The heavy standard headers, compiled once a target, for short waits. The sanitizer presets go
# without it, so that each file names what it includes.
# tl_precompile(NAME HEADER...): with further ones.
function(tl_precompile name)
  if(TESTLOOPER_PCH)
    target_precompile_headers(${name} PRIVATE
      <algorithm> <array> <chrono> <cstdint> <expected> <filesystem> <functional> <map> <memory>
      <optional> <ranges> <set> <string> <string_view> <unordered_map> <utility> <variant> <vector>
      ${ARGN})
    target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp" -fpch-instantiate-templates)
  endif()
endfunction()

# What tests keep busy: the simulator is half as long again without it. The other layers take three times as
# long to compile optimised, and no test gains by it.
set(layers_optimised_for_tests core lab engine)

# tl_layer(NAME LINK ... PRECOMPILE HEADER ...): the static library tl_NAME of all src/NAME/*.cpp. Its own
# headers are included as "NAME/header.hpp" by the layers that link it.
function(tl_layer name)
  cmake_parse_arguments(ARG "" "" "LINK;PRECOMPILE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)
    add_library(tl_${name} INTERFACE)
    return()
  endif()
  add_library(tl_${name} STATIC ${sources})
  target_include_directories(tl_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(tl_${name} PUBLIC tl_contract ${ARG_LINK} PRIVATE tl_warnings Threads::Threads)
  if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT TESTLOOPER_SANITIZE AND NOT name IN_LIST layers_optimised_for_tests)
    target_compile_options(tl_${name} PRIVATE -O0)
  endif()
  tl_precompile(tl_${name} ${ARG_PRECOMPILE})
endfunction()
