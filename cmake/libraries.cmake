# What adfill uses of others, each a target. Why each: docs/architecture.md.
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(date REQUIRED)
find_package(simdjson REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)

# Asio and Beast are compiled once, here. Half of these defined differently in one program is undefined behaviour,
# hence a target whose definitions everybody gets, and not flags.
add_library(asio_and_beast STATIC ${PROJECT_SOURCE_DIR}/cmake/asio_and_beast.cpp)
target_compile_definitions(asio_and_beast PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_REGEX)
target_link_libraries(asio_and_beast PUBLIC Boost::headers OpenSSL::SSL Threads::Threads)
