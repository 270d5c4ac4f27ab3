# One target a room. Its include root shows that room only, so an include of a room that USES does not name does not
# compile. WITH libraries stay inside the room, ALSO ones are part of its headers.
add_library(adfill_own_code INTERFACE)
target_compile_options(adfill_own_code INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror
  # Our value types have defaults, so that an initializer names only what matters.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>)

function(room name)
  cmake_parse_arguments(ROOM "" "" "USES;WITH;ALSO" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/rooms/${name})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${name} ${PROJECT_BINARY_DIR}/rooms/${name}/${name} SYMBOLIC)
  add_library(adfill_${name} STATIC ${sources})
  target_include_directories(adfill_${name} PUBLIC ${PROJECT_BINARY_DIR}/rooms/${name})
  list(TRANSFORM ROOM_USES PREPEND adfill_)
  target_link_libraries(adfill_${name} PUBLIC ${ROOM_USES} ${ROOM_ALSO} PRIVATE adfill_own_code ${ROOM_WITH})
endfunction()

# Turns src/<room>/<home>/*.sql and its migrations into a header of constants, "sql/<home>.h".
function(embed_sql room home)
  set(folder ${PROJECT_SOURCE_DIR}/src/${room}/${home})
  file(GLOB sql CONFIGURE_DEPENDS ${folder}/*.sql ${folder}/migrations/*.sql)
  set(header ${PROJECT_BINARY_DIR}/generated/${room}/sql/${home}.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DHOME=${home} -DOUTPUT=${header} -P ${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake
    DEPENDS ${sql} ${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake VERBATIM)
  add_custom_target(adfill_sql_${home} DEPENDS ${header})
  add_dependencies(adfill_${room} adfill_sql_${home})
  target_include_directories(adfill_${room} PRIVATE ${PROJECT_BINARY_DIR}/generated/${room})
endfunction()
