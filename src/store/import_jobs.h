// The replaced system's jobs as adfill keeps them.
#pragma once

#include "store/import_side.h"

#include <expected>
#include <string>

namespace adfill {

// Its state follows from its chunks; open ones start anew. A job without chunks (an older design made one a chunk) gets
// one of its own range. The error says why it is left out.
[[nodiscard]] std::expected<ImportedJob, std::string> to_imported_job(const ReplacedJob& job, const NewUuid& new_uuid,
                                                                      Instant now);

}  // namespace adfill
