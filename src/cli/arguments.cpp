#include "arguments.h"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

namespace adfill {

namespace {

std::string trimmed(const std::string& text) {
  constexpr const char* blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string read_input() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

std::string read_secret_file(const std::string& path) {
  if (path == "-") return read_input();
  std::ifstream file(path);
  if (!file)
    throw CommandError("The file " + path +
                       " can't be read. Correct the path, or give this user the right to read it.");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

Day day_argument(const std::string& text, const std::string& named) {
  const auto day = Day::parse(text);
  if (!day) throw UsageError(named + " must be a day that exists, written YYYY-MM-DD.");
  return *day;
}

CollectionType type_argument(const std::string& text, const std::string& named) {
  const auto type = parse<CollectionType>(text);
  if (!type) throw UsageError(named + " must be among ads, demographics, creatives.");
  return *type;
}

std::vector<CollectionType> types_argument(const std::vector<std::string>& texts) {
  std::vector<CollectionType> types;
  for (const auto& text : texts) {
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) types.push_back(type_argument(word, "--types"));
  }
  return types;
}

std::optional<std::string> read_access_token(const SecretSource& source, const Settings& settings, bool ask_input) {
  if (!source.flag.empty() && !source.file.empty()) throw UsageError("Give --token or --token-file, not both.");
  std::string token;
  if (!source.flag.empty()) {
    token = source.flag;
  } else if (!source.file.empty()) {
    token = read_secret_file(source.file);
  } else if (settings.access_token) {
    token = *settings.access_token;
  } else if (ask_input && isatty(STDIN_FILENO) == 0) {
    token = read_input();
  } else {
    return std::nullopt;
  }
  token = trimmed(token);
  if (token.empty())
    throw UsageError("The access token is empty. Give one by --token-file, ADFILL_ACCESS_TOKEN or standard input.");
  return token;
}

std::string words_of(const Refusal& refusal) {
  switch (refusal.kind) {
    case Refusal::Kind::invalid:
      return (refusal.field.empty() ? "" : refusal.field + ": ") + refusal.message;
    case Refusal::Kind::platform:
      return "The platform refused: " + refusal.message;
    case Refusal::Kind::unreachable:
      return refusal.message;
    case Refusal::Kind::exists:
      return "This advertiser has this account already" +
             (refusal.existing ? ": integration " + refusal.existing->to_string() : std::string()) + ".";
    case Refusal::Kind::not_found:
      return "There is no such integration. adfill integration list shows them.";
  }
  return refusal.message;
}

void require_integration(Store& store, IntegrationId integration) {
  if (!store.integration(integration)) {
    throw CommandError("There is no such ad account. adfill integration list shows them.");
  }
}

}  // namespace adfill
