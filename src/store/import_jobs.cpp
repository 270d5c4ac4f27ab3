#include "store/import_jobs.h"

#include <algorithm>

namespace adfill {

namespace {

JobMode mode_of(const ReplacedText& text) {
  if (!text || text->contains("initial")) return JobMode::initial;
  return text->contains("daily") || text->contains("schedule") ? JobMode::daily : JobMode::manual;
}

// What was being worked on was not finished.
ChunkStatus status_of(std::string_view text) {
  if (text == "completed" || text == "success") return ChunkStatus::completed;
  return text == "failed" || text == "error" || text == "cancelled" ? ChunkStatus::failed : ChunkStatus::pending;
}

ImportedJob::Chunk to_chunk(const ReplacedChunk& chunk, const NewUuid& new_uuid, Instant created_at) {
  ImportedJob::Chunk made;
  made.id = ChunkId::parse(chunk.id).value_or(ChunkId{new_uuid()});
  made.chunk_index = chunk.chunk_index;
  made.range = chunk.range;
  made.status = status_of(chunk.status);
  made.max_retries = std::max(chunk.max_retries, 0);
  made.retry_count = made.status == ChunkStatus::pending ? 0 : std::clamp(chunk.retry_count, 0, made.max_retries);
  made.error_message = chunk.error_message;
  made.last_error_at = chunk.last_error_at;
  made.created_at = chunk.created_at.value_or(created_at);
  if (made.status == ChunkStatus::pending) return made;
  made.started_at = chunk.started_at;
  made.completed_at = chunk.completed_at.value_or(made.created_at);
  return made;
}

ImportedJob::Chunk whole_range(const ImportedJob& job, const ReplacedText& status, const NewUuid& new_uuid) {
  ImportedJob::Chunk chunk;
  chunk.id = ChunkId{new_uuid()};
  chunk.range = job.range;
  chunk.status = status_of(status.value_or(""));
  chunk.error_message = job.error_message;
  chunk.created_at = job.created_at;
  if (chunk.status == ChunkStatus::pending) return chunk;
  chunk.started_at = job.started_at;
  chunk.completed_at = job.completed_at.value_or(job.created_at);
  return chunk;
}

void settle(ImportedJob& job) {
  const auto has = [&job](ChunkStatus status) {
    return std::ranges::any_of(job.chunks, [status](const auto& chunk) { return chunk.status == status; });
  };
  if (has(ChunkStatus::pending)) {
    job.status = JobStatus::pending;
    job.asked = Asked{};  // drawn when its chunks are seen
    job.completed_at.reset();
    return;
  }
  const bool failed = has(ChunkStatus::failed);
  job.status = !failed ? JobStatus::completed : has(ChunkStatus::completed) ? JobStatus::partial : JobStatus::failed;
  job.asked = replaced_asked(job.created_at);
  if (!job.completed_at) job.completed_at = job.created_at;
}

}  // namespace

std::expected<ImportedJob, std::string> to_imported_job(const ReplacedJob& job, const NewUuid& new_uuid, Instant now) {
  ImportedJob made;
  const auto id = JobId::parse(job.id);
  if (!id) return std::unexpected("its id is no UUID");
  const auto type = parse<CollectionType>(job.type.value_or("ads"));
  if (!type) return std::unexpected("adfill has no collection type '" + *job.type + "'");
  made.id = *id;
  made.type = *type;
  made.mode = mode_of(job.mode);
  made.error_message = job.error_message;
  made.created_at = job.created_at.value_or(now);
  made.started_at = job.started_at;
  made.completed_at = job.completed_at;
  for (const ReplacedChunk& chunk : job.chunks) {
    if (chunk.range.until < chunk.range.since) return std::unexpected("a chunk of it ends before it begins");
    made.chunks.push_back(to_chunk(chunk, new_uuid, made.created_at));
  }
  const auto since =
      job.since ? job.since
      : job.chunks.empty()
          ? std::nullopt
          : std::optional(std::ranges::min(job.chunks, {}, [](const auto& c) { return c.range.since; }).range.since);
  const auto until =
      job.until ? job.until
      : job.chunks.empty()
          ? std::nullopt
          : std::optional(std::ranges::max(job.chunks, {}, [](const auto& c) { return c.range.until; }).range.until);
  if (!since || !until || *until < *since) return std::unexpected("it has no range of days");
  made.range = {*since, *until};
  if (made.chunks.empty()) made.chunks.push_back(whole_range(made, job.status, new_uuid));
  settle(made);
  return made;
}

}  // namespace adfill
