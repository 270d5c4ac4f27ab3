# A test program a room, named test_<room>; sources in tests/<room>/. Each links the rooms it may know.
find_package(doctest REQUIRED)
find_package(rapidcheck REQUIRED)
enable_testing()

add_library(test_main STATIC ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_link_libraries(test_main PUBLIC doctest::doctest)

# The world around the worker: virtual time, a network that fails, a store that fails.
file(GLOB support_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cpp)
add_library(test_support STATIC ${support_sources})
target_include_directories(test_support PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(test_support PUBLIC adfill_collect adfill_simulator PRIVATE adfill_own_code)

function(room_test name)
  cmake_parse_arguments(TEST "" "" "USES;WITH" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  list(TRANSFORM TEST_USES PREPEND adfill_)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE adfill_own_code test_main ${TEST_USES} ${TEST_WITH})
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

room_test(core       USES core WITH rapidcheck)
room_test(net        USES net WITH PkgConfig::sodium)
room_test(store      USES store WITH SQLite::SQLite3 PostgreSQL::PostgreSQL rapidcheck)
room_test(platform   USES platform simulator WITH Boost::json)
room_test(simulator  USES simulator WITH Boost::json)
room_test(collect    USES collect simulator WITH test_support Boost::json spdlog::spdlog)
room_test(api        USES api simulator WITH Boost::json)
room_test(simulation USES collect simulator WITH test_support Boost::json spdlog::spdlog)
if(TARGET test_store)
  target_include_directories(test_store PRIVATE ${PROJECT_BINARY_DIR}/generated/store)
endif()

# Benchmarks that stand on the same world as the simulation.
add_executable(bench_quota EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/bench/quota.cpp)
target_include_directories(bench_quota PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(bench_quota PRIVATE adfill_own_code test_support adfill_collect adfill_simulator Boost::json spdlog::spdlog)
