#include "core/cron_words.h"

#include <bit>
#include <cstddef>
#include <vector>

namespace adfill {

namespace {

constexpr std::uint64_t all_minutes = (std::uint64_t{1} << 60) - 1;
constexpr std::uint64_t all_hours = (std::uint64_t{1} << 24) - 1;
constexpr std::uint64_t all_months = (std::uint64_t{1} << 13) - 2;
constexpr int most_times = 6;  // more are told as minutes and hours

constexpr const char* english_months[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
constexpr const char* english_weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                            "Thursday", "Friday", "Saturday"};
constexpr const char* english_ordinals[] = {"first", "second", "third", "fourth", "fifth"};
constexpr const char* korean_weekdays[] = {"일요일", "월요일", "화요일", "수요일", "목요일", "금요일", "토요일"};
constexpr const char* korean_ordinals[] = {"첫째", "둘째", "셋째", "넷째", "다섯째"};

std::vector<int> values_of(std::uint64_t set) {
  std::vector<int> values;
  for (; set != 0; set &= set - 1) values.push_back(std::countr_zero(set));
  return values;
}

std::string two_digits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string clock_time(int hour, int minute) {
  return two_digits(hour) + ":" + two_digits(minute);
}

// The distance of values that start at 0, are even, and fill the field; 0 when they are not like that.
int even_step(std::uint64_t set, int size) {
  const auto values = values_of(set);
  if (values.size() < 2 || values[0] != 0 || size % values[1] != 0) return 0;
  if (values.size() != static_cast<std::size_t>(size / values[1])) return 0;
  for (std::size_t index = 0; index < values.size(); ++index) {
    if (values[index] != static_cast<int>(index) * values[1]) return 0;
  }
  return values[1];
}

class Words {
 public:
  Words(const CronFields& fields, Language language) : fields_(fields), english_(language == Language::english) {}

  [[nodiscard]] std::string all() const {
    const auto when = times();
    const auto which = days();
    const auto months = month_words();
    if (!english_) return (months.empty() ? "" : months + " ") + which + " " + when;
    return which + (months.empty() ? "" : " " + months) + ", " + when;
  }

 private:
  [[nodiscard]] std::string join(const std::vector<std::string>& parts, const char* last) const {
    std::string text;
    for (std::size_t index = 0; index < parts.size(); ++index) {
      if (index > 0) text += english_ && index + 1 == parts.size() ? last : ", ";
      text += parts[index];
    }
    return text;
  }

  [[nodiscard]] std::string numbers(std::uint64_t set) const {
    std::vector<std::string> parts;
    for (const int value : values_of(set)) parts.push_back(std::to_string(value));
    return join(parts, " and ");
  }

  [[nodiscard]] std::string times() const {
    const auto minutes = values_of(fields_.minutes);
    const auto hours = values_of(fields_.hours);
    if (minutes.size() * hours.size() <= most_times) {
      std::vector<std::string> parts;
      for (const int hour : hours) {
        for (const int minute : minutes) parts.push_back(clock_time(hour, minute));
      }
      return (english_ ? "at " : "") + join(parts, " and ");
    }
    return english_ ? minute_words() + hour_words() : hour_words() + minute_words();
  }

  [[nodiscard]] std::string minute_words() const {
    if (fields_.minutes == all_minutes) return english_ ? "every minute" : "매분";
    if (const int step = even_step(fields_.minutes, 60); step > 0) {
      return english_ ? "every " + std::to_string(step) + " minutes" : std::to_string(step) + "분마다";
    }
    const bool one = std::has_single_bit(fields_.minutes);
    if (!english_) return numbers(fields_.minutes) + "분";
    return (one ? "at minute " : "at minutes ") + numbers(fields_.minutes);
  }

  [[nodiscard]] std::string hour_words() const {
    if (fields_.hours == all_hours) return english_ ? " of every hour" : "매시 ";
    if (const int step = even_step(fields_.hours, 24); step > 0) {
      return english_ ? " of every " + std::to_string(step) + " hours" : std::to_string(step) + "시간마다 ";
    }
    const bool one = std::has_single_bit(fields_.hours);
    if (!english_) return numbers(fields_.hours) + "시 ";
    return (one ? " of hour " : " of the hours ") + numbers(fields_.hours);
  }

  [[nodiscard]] std::string days() const {
    const bool day = fields_.days_restricted;
    const bool weekday = fields_.weekdays_restricted;
    if (!day && !weekday) return english_ ? "every day" : "매일";
    if (day && weekday) return month_day_words() + (english_ ? " and " : " 그리고 ") + weekday_words();
    return day ? month_day_words() : weekday_words();
  }

  [[nodiscard]] std::string month_day_words() const {
    std::vector<std::string> parts;
    if (fields_.days != 0) {
      const bool one = std::has_single_bit(fields_.days);
      if (english_) {
        parts.push_back((one ? "on day " : "on days ") + numbers(fields_.days) + " of the month");
      } else {
        parts.push_back("매월 " + numbers(fields_.days) + "일");
      }
    }
    if (fields_.last_day) parts.emplace_back(english_ ? "on the last day of the month" : "매월 마지막 날");
    return join(parts, " and ");
  }

  [[nodiscard]] std::string weekday_words() const {
    std::vector<std::string> parts;
    for (std::size_t weekday = 0; weekday < 7; ++weekday) {
      const std::string name = english_ ? english_weekdays[weekday] : korean_weekdays[weekday];
      if ((fields_.weekdays >> weekday & 1) != 0) parts.push_back(english_ ? "every " + name : "매주 " + name);
      for (const int nth : values_of(fields_.nth_weekdays.at(weekday))) {
        const auto index = static_cast<std::size_t>(nth - 1);
        parts.push_back(english_ ? "on the " + std::string(english_ordinals[index]) + " " + name + " of the month"
                                 : "매월 " + std::string(korean_ordinals[index]) + " " + name);
      }
      if ((fields_.last_weekdays >> weekday & 1) != 0) {
        parts.push_back(english_ ? "on the last " + name + " of the month" : "매월 마지막 " + name);
      }
    }
    return join(parts, " and ");
  }

  [[nodiscard]] std::string month_words() const {
    if (fields_.months == all_months) return {};
    if (!english_) return numbers(fields_.months) + "월";
    std::vector<std::string> parts;
    for (const int month : values_of(fields_.months)) {
      parts.emplace_back(english_months[static_cast<std::size_t>(month - 1)]);
    }
    return "in " + join(parts, " and ");
  }

  const CronFields& fields_;
  bool english_;
};

}  // namespace

std::string in_words(const CronSchedule& schedule, Language language) {
  return Words(schedule.fields(), language).all();
}

}  // namespace adfill
