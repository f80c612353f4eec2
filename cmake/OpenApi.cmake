# The description of the API is one file of JSON, for tools and for the program alike.
enable_language(ASM)
set(openapi_json ${CMAKE_SOURCE_DIR}/src/http/openapi.json)
set(openapi_embedded ${CMAKE_BINARY_DIR}/generated/openapi.S)
file(CONFIGURE OUTPUT ${openapi_embedded} @ONLY CONTENT [[
.section .rodata
.global testlooper_openapi_begin
testlooper_openapi_begin:
.incbin "@openapi_json@"
.global testlooper_openapi_end
testlooper_openapi_end:
.section .note.GNU-stack,"",%progbits
]])
set_source_files_properties(${openapi_embedded} PROPERTIES OBJECT_DEPENDS ${openapi_json})
target_sources(tl_http PRIVATE ${openapi_embedded})
