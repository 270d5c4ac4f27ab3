// The platform simulator behind a loopback port, for adfill simulate and adfill demo.
#pragma once

#include "net/http_server.h"
#include "settings.h"
#include "simulator/simulator.h"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace adfill {

// Bound, not started. Throws CommandError when the address is taken. `simulator` outlives it.
[[nodiscard]] std::unique_ptr<HttpServer> serve_simulator(boost::asio::any_io_executor executor,
                                                          const ListenAddress& address, Simulator& simulator);

}  // namespace adfill
