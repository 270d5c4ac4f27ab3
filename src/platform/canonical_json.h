// One text for one meaning: JSON with sorted keys and without white space, so that what has not changed hashes to the
// same. Numbers stay as they were written. An array whose elements are all objects with the set key is a set: it is
// sorted too, by that key's text.
#pragma once

#include "platform/json_text.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

class CanonicalJson {
 public:
  // True for a string field inside of what value() writes that is to be left out.
  using LeaveOut = bool (*)(std::string_view key, std::string_view text);

  explicit CanonicalJson(std::string_view set_key = {}, LeaveOut leave_out = nullptr)
      : set_key_(set_key), leave_out_(leave_out) {}

  void begin_object();
  // The name of what comes next. Lives at least until its object ends.
  void key(std::string_view name);
  // False when a key came twice: which of the two was meant can't be known.
  [[nodiscard]] bool end_object();
  void begin_array();
  void end_array();
  void string(std::string_view text);
  // A number, true, false or null, taken as it is.
  void literal(std::string_view text);

  // Writes it to its depth. False when it is not JSON, holds a key twice or nests deeper than 32 levels; what was
  // written until then is lost then.
  [[nodiscard]] bool value(simdjson::ondemand::value value);
  [[nodiscard]] bool value(simdjson::dom::element value);

  // A field whose value is canonical as it was written: see plain_token().
  struct FlatField {
    std::string_view name{};
    std::string_view token{};
  };
  // The same as begin_object, key and literal for each, end_object; in one go, for the many small objects of a list.
  // `fields` are left sorted. `set_text`: what they hold under the set key. False when a name comes twice.
  [[nodiscard]] bool flat_object(std::span<FlatField> fields, std::string_view set_text);

  // The text written since the last take(). Requires: every object and array is ended, unless a call above was false.
  [[nodiscard]] std::string take();

 private:
  struct Part {             // a field of an object, or an element of an array
    std::size_t begin;      // in text_
    std::string_view name;  // the field's, or the element's text under the set key
    bool in_set = false;    // the element has the set key
  };
  struct Ordered {         // a part while parts are sorted
    std::uint64_t prefix;  // of the name: its first bytes decide nearly always
    std::string_view name;
    std::string_view text;
    friend auto operator<=>(const Ordered&, const Ordered&) = default;
  };
  struct Level {
    std::size_t first_part;
    bool is_object;
    bool has_set_text = false;    // this object has the set key …
    std::string_view set_text{};  // … with this text
  };

  void begin(bool is_object);
  void begin_value();
  [[nodiscard]] std::string_view part_text(std::size_t index, std::size_t end) const;
  [[nodiscard]] bool put_in_order(std::size_t first_part);
  template <class Array>
  bool write_array(Array array, int depth);
  template <class Value>
  bool write(Value value, int depth);
  bool write_object(simdjson::ondemand::object object, int depth);
  bool write_object(simdjson::dom::object object, int depth);

  std::string_view set_key_;
  LeaveOut leave_out_;
  std::string text_;
  std::string sorted_;  // this and the next: kept for their memory
  std::vector<Ordered> order_;
  std::vector<Part> parts_;
  std::vector<Level> levels_;
};

}  // namespace adfill
