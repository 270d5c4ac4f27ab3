// Answers of Meta's as others recorded them, written down anew with values of our own
// (tests/platform/recorded/README.md).
#pragma once

#include "net/http_client.h"
#include "net/http_message.h"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace adfill::test {

// NAME.http, from the project's own folder: "HTTP 400", headers, an empty line, the body.
inline HttpAnswer recorded(const std::string& name) {
  const auto path = std::filesystem::path("tests/platform/recorded") / (name + ".http");
  std::ifstream file(path);
  std::string line;
  HttpAnswer answer;
  if (!std::getline(file, line) || !line.starts_with("HTTP ")) throw std::runtime_error("cannot read " + path.string());
  answer.status = std::stoi(line.substr(5));
  while (std::getline(file, line) && !line.empty()) {
    const auto colon = line.find(": ");
    answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  std::ostringstream body;
  body << file.rdbuf();
  answer.body = body.str();
  return answer;
}

}  // namespace adfill::test
