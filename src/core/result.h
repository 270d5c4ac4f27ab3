// What a platform can do to us is a value: a T, or the Failure that came instead.
#pragma once

#include "core/failure.h"

#include <expected>

namespace adfill {

template <class T>
using Result = std::expected<T, Failure>;

}  // namespace adfill
