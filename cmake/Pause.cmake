# The program of the pause containers (src/docker/pause) is static, for it is all that its image
# holds, and becomes part of the server. Sanitizers and the like are for the server, not for it.
set(pause_program ${CMAKE_BINARY_DIR}/pause)
add_custom_command(
  OUTPUT ${pause_program}
  COMMAND ${CMAKE_C_COMPILER} -std=c17 -D_DEFAULT_SOURCE -Os -Wall -Wextra -Werror -static -s
          -o ${pause_program} ${CMAKE_SOURCE_DIR}/src/docker/pause/pause.c
  DEPENDS ${CMAKE_SOURCE_DIR}/src/docker/pause/pause.c
  COMMENT "Building the pause program"
  VERBATIM)
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/docker/pause_image.cpp PROPERTIES
  OBJECT_DEPENDS ${pause_program}
  COMPILE_DEFINITIONS TL_PAUSE_PROGRAM="${pause_program}")
