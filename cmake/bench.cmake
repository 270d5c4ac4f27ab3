# What the benchmarks drive the store with; built only when it is asked for by name.
add_executable(bench_queue_drain EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/bench/queue_drain.cpp)
target_link_libraries(bench_queue_drain PRIVATE adfill_own_code adfill_store)

# Pages of insights in memory to rows.
add_executable(bench_parse EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/bench/parse.cpp)
target_link_libraries(bench_parse PRIVATE adfill_own_code adfill_platform simdjson::simdjson)

# Claims and commits beside a large queue.
add_executable(bench_queue_load EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/bench/queue_load.cpp)
target_link_libraries(bench_queue_load PRIVATE adfill_own_code adfill_store)

# What it costs to keep what commits changed.
add_executable(bench_history EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/bench/history.cpp)
target_link_libraries(bench_history PRIVATE adfill_own_code adfill_store)

# What it costs to keep days fresh, and how fresh they are.
add_executable(bench_fresh EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/bench/fresh.cpp)
target_link_libraries(bench_fresh PRIVATE adfill_own_code adfill_collect adfill_store)
