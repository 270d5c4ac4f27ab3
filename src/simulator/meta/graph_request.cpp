#include "simulator/meta/graph_request.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace adfill::meta {
namespace {

namespace json = boost::json;

constexpr int default_limit = 25;
constexpr int largest_limit = 5000;
constexpr int deepest_fields = 8;

std::string text_of(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(text->data(), text->size());
  return json::serialize(value);
}

void add_json(Query& parameters, std::string_view body) {
  boost::system::error_code error;
  const auto value = json::parse(json::string_view(body.data(), body.size()), error);
  if (error || !value.is_object()) return;
  for (const auto& member : value.get_object()) {
    parameters.emplace_back(std::string(member.key().data(), member.key().size()), text_of(member.value()));
  }
}

void add_body(Query& parameters, std::string_view body) {
  const auto begin = body.find_first_not_of(" \r\n\t");
  if (begin == std::string_view::npos) return;
  if (body[begin] == '{') {
    add_json(parameters, body);
  } else {
    const auto form = parse_query(body);
    parameters.insert(parameters.end(), form.begin(), form.end());
  }
}

void add_path(GraphRequest& request, std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (const auto segment = path.substr(0, slash); !segment.empty()) request.path.emplace_back(segment);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  if (request.path.empty()) return;
  const auto& first = request.path.front();
  int version = 0;
  const auto end = first.data() + first.size();
  if (first.size() < 4 || first[0] != 'v' || !first.ends_with(".0")) return;
  const auto read = std::from_chars(first.data() + 1, end - 2, version);
  if (read.ec != std::errc() || read.ptr != end - 2) return;
  request.version = version;
  request.path.erase(request.path.begin());
}

void take_token(GraphRequest& request) {
  std::erase_if(request.parameters, [&](const auto& parameter) {
    if (parameter.first != "access_token") return false;
    request.token = parameter.second;
    return true;
  });
}

// Libraries that can't send a long URL POST it with method=get.
void take_method(GraphRequest& request) {
  std::erase_if(request.parameters, [&](const auto& parameter) {
    if (parameter.first != "method") return false;
    request.method = parameter.second;
    return true;
  });
  std::ranges::transform(request.method, request.method.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto begin = text.find_first_not_of(spaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

std::vector<FieldName> read_fields(std::string_view& rest, int depth) {
  std::vector<FieldName> fields;
  while (!rest.empty()) {
    const auto end = rest.find_first_of(",{}");
    // Modifiers such as .limit(5) are no part of the name.
    const auto word = trimmed(rest.substr(0, end));
    const auto name = unquoted(word.substr(0, word.find('.')));
    if (!name.empty()) fields.push_back({std::string(name)});
    if (end == std::string_view::npos) {
      rest = {};
      break;
    }
    const char mark = rest[end];
    rest.remove_prefix(end + 1);
    if (mark == '}') break;
    if (mark == '{' && !fields.empty() && depth < deepest_fields) fields.back().nested = read_fields(rest, depth + 1);
  }
  return fields;
}

}  // namespace

const std::string* GraphRequest::find(std::string_view name) const {
  const auto found =
      std::find_if(parameters.rbegin(), parameters.rend(), [&](const auto& one) { return one.first == name; });
  return found == parameters.rend() ? nullptr : &found->second;
}

std::string GraphRequest::version_path() const {
  return version ? "/v" + std::to_string(*version) + ".0" : std::string();
}

GraphRequest read_request(const HttpRequest& request) {
  GraphRequest result;
  result.method = request.method;
  add_path(result, request.path);
  result.parameters = parse_query(request.query);
  if (request.method != "GET" && request.method != "DELETE") add_body(result.parameters, request.body);
  const auto host = find_header(request.headers, "host");
  result.base = "http://" + std::string(host.value_or("localhost"));
  if (const auto header = find_header(request.headers, "authorization")) {
    const auto space = header->find(' ');
    if (space != std::string_view::npos) result.token = trimmed(header->substr(space));
  }
  take_token(result);
  take_method(result);
  return result;
}

GraphRequest inner_request(const GraphRequest& outer, const std::string& method, const std::string& relative_url,
                           const std::string& body) {
  HttpRequest request;
  request.method = method;
  const auto mark = relative_url.find('?');
  request.path = relative_url.substr(0, mark);
  if (mark != std::string::npos) request.query = relative_url.substr(mark + 1);
  request.body = body;
  auto inner = read_request(request);
  if (inner.token.empty()) inner.token = outer.token;
  if (!inner.version) inner.version = outer.version;
  inner.base = outer.base;
  return inner;
}

std::vector<std::string> parse_list(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('[')) {
    boost::system::error_code error;
    const auto value = json::parse(json::string_view(text.data(), text.size()), error);
    std::vector<std::string> items;
    if (!error && value.is_array()) {
      for (const auto& item : value.get_array()) items.push_back(text_of(item));
      return items;
    }
    text = text.substr(1, text.size() - (text.ends_with(']') ? 2 : 1));
  }
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto item = unquoted(trimmed(text.substr(0, comma))); !item.empty()) items.emplace_back(item);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return items;
}

std::vector<FieldName> parse_fields(std::string_view text) {
  std::string joined;
  if (trimmed(text).starts_with('[')) {
    for (const auto& item : parse_list(text)) joined.append(joined.empty() ? "" : ",").append(item);
    text = joined;
  }
  return read_fields(text, 0);
}

std::string page_url(const GraphRequest& request, const std::string& after) {
  std::string url = request.base + request.version_path();
  for (const auto& segment : request.path) url.append("/").append(percent_encode(segment));
  Query query{{"access_token", request.token}, {"pretty", "0"}};
  for (const auto& parameter : request.parameters) {
    const auto& name = parameter.first;
    if (name != "after" && name != "before" && name != "limit" && name != "pretty") query.push_back(parameter);
  }
  query.emplace_back("limit", std::to_string(page_limit(request)));
  query.emplace_back("after", after);
  return url + "?" + encode_query(query);
}

int page_limit(const GraphRequest& request) {
  const auto* text = request.find("limit");
  int limit = default_limit;
  if (text) std::from_chars(text->data(), text->data() + text->size(), limit);
  return std::clamp(limit, 1, largest_limit);
}

}  // namespace adfill::meta
