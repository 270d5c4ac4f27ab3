// A cron expression in plain words, for people who don't read cron: "every day at 04:00", "매일 04:00".
#pragma once

#include "core/cron.h"

#include <string>

namespace adfill {

enum class Language { english, korean };

[[nodiscard]] std::string in_words(const CronSchedule& schedule, Language language);

}  // namespace adfill
