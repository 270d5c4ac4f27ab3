#include "simulator_server.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace adfill {

namespace {

// What the HTTP server refuses by itself never reached a platform: it has a shape of its own.
HttpResponse refuse(int status, const std::string& why) {
  boost::json::object body;
  body["simulator"] = why;
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("content-type", "application/json");
  response.body = boost::json::serialize(body);
  return response;
}

}  // namespace

std::unique_ptr<HttpServer> serve_simulator(boost::asio::any_io_executor executor, const ListenAddress& address,
                                            Simulator& simulator) {
  try {
    return std::make_unique<HttpServer>(std::move(executor), address.host, address.port, simulator.handler(), refuse);
  } catch (const std::runtime_error& error) {
    throw CommandError(std::string(error.what()) + ".");
  }
}

}  // namespace adfill
