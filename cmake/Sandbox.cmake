# The supervisor of sandboxes (src/sandbox/supervisor) is static, for it runs in any image, and becomes
# part of the server. Sanitizers and the like are for the server, not for it; what both sides share
# (src/sandbox/wire.cpp, messages.cpp) is built for each.
set(supervisor_program ${CMAKE_BINARY_DIR}/supervisor)
file(GLOB supervisor_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/sandbox/supervisor/*.cpp)
file(GLOB supervisor_headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/sandbox/supervisor/*.hpp
     ${CMAKE_SOURCE_DIR}/src/sandbox/wire.* ${CMAKE_SOURCE_DIR}/src/sandbox/messages.*)
list(APPEND supervisor_sources ${CMAKE_SOURCE_DIR}/src/sandbox/wire.cpp
     ${CMAKE_SOURCE_DIR}/src/sandbox/messages.cpp)
add_custom_command(
  OUTPUT ${supervisor_program}
  COMMAND ${CMAKE_CXX_COMPILER} -std=c++23 -O2 -fno-exceptions -fno-rtti -ffunction-sections
          -Wall -Wextra -Wshadow -Wconversion -Werror -static -s -Wl,--gc-sections
          -I${CMAKE_SOURCE_DIR}/src -o ${supervisor_program} ${supervisor_sources}
  DEPENDS ${supervisor_sources} ${supervisor_headers}
  COMMENT "Building the supervisor of sandboxes"
  VERBATIM)
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/sandbox/program.cpp PROPERTIES
  OBJECT_DEPENDS ${supervisor_program}
  COMPILE_DEFINITIONS TL_SUPERVISOR_PROGRAM="${supervisor_program}")
