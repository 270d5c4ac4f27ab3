# adfill_web: the built monitor as bytes in the binary. web/dist is made by npm when a file of web/ or the OpenAPI document
# has changed; without ADFILL_WEB a page says that this binary has no monitor.
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/web/src/* ${PROJECT_SOURCE_DIR}/web/public/*)
set(web_dist ${PROJECT_BINARY_DIR}/web)
set(web_assembly ${PROJECT_BINARY_DIR}/generated/web/files.S)
if(ADFILL_WEB)
  find_program(NPM npm)
  if(NOT NPM)
    message(FATAL_ERROR "npm is needed for the monitor (./demo installs it); -DADFILL_WEB=OFF builds adfill without it.")
  endif()
  add_custom_command(OUTPUT ${web_dist}/index.html
    COMMAND ${CMAKE_COMMAND} -DNPM=${NPM} -DWEB=${PROJECT_SOURCE_DIR}/web -DDIST=${web_dist} -P ${PROJECT_SOURCE_DIR}/cmake/build_web.cmake
    DEPENDS ${web_sources} ${PROJECT_SOURCE_DIR}/web/package-lock.json ${PROJECT_SOURCE_DIR}/web/index.html
            ${PROJECT_SOURCE_DIR}/web/vite.config.ts ${PROJECT_SOURCE_DIR}/web/tsconfig.json ${PROJECT_SOURCE_DIR}/docs/openapi.yaml
    COMMENT "Building the monitor" USES_TERMINAL VERBATIM)
else()
  add_custom_command(OUTPUT ${web_dist}/index.html
    COMMAND ${CMAKE_COMMAND} -E make_directory ${web_dist}
    COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/cmake/no_monitor.html ${web_dist}/index.html VERBATIM)
endif()
add_custom_command(OUTPUT ${web_assembly}
  COMMAND ${CMAKE_COMMAND} -DDIST=${web_dist} -DOUTPUT=${web_assembly} -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
  DEPENDS ${web_dist}/index.html ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
add_library(adfill_web STATIC ${web_assembly})
