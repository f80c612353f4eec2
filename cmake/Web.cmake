# The web pages inside the program: web/build.sh builds them, cmake/EmbedAssets.cmake puts the files into
# read-only memory. tl_assets defines assets() of src/http/assets.hpp.
option(TESTLOOPER_WEB "build the web pages (needs npm); OFF embeds a page that says there are none" ON)

enable_language(ASM)
set(web_dist ${CMAKE_BINARY_DIR}/web/dist)
set(web_embedded ${CMAKE_BINARY_DIR}/web/assets.S ${CMAKE_BINARY_DIR}/web/assets.cpp)
set(web_embed ${CMAKE_COMMAND} -DDIST=${web_dist} -DOUT=${CMAKE_BINARY_DIR}/web
              -P ${CMAKE_SOURCE_DIR}/cmake/EmbedAssets.cmake)

if(TESTLOOPER_WEB)
  file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/src/*)
  foreach(name index.html package-lock.json vite.config.ts build.sh scripts/precompress.mjs)
    list(APPEND web_sources ${CMAKE_SOURCE_DIR}/web/${name})
  endforeach()
  add_custom_command(
    OUTPUT ${web_embedded}
    COMMAND ${CMAKE_SOURCE_DIR}/web/build.sh ${web_dist}
    COMMAND ${web_embed}
    DEPENDS ${web_sources} ${CMAKE_SOURCE_DIR}/cmake/EmbedAssets.cmake
    COMMENT "Building the web pages"
    VERBATIM)
else()
  add_custom_command(
    OUTPUT ${web_embedded}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${web_dist}
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/web/not_built.html ${web_dist}/index.html
    COMMAND ${web_embed}
    DEPENDS ${CMAKE_SOURCE_DIR}/web/not_built.html ${CMAKE_SOURCE_DIR}/cmake/EmbedAssets.cmake
    VERBATIM)
endif()

add_library(tl_assets STATIC ${web_embedded})
target_include_directories(tl_assets PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(tl_assets PRIVATE tl_contract tl_warnings)
