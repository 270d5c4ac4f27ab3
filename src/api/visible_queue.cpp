#include "api/visible_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace adfill {

namespace {

void count_open_chunks(QueueRecord& queue, const std::vector<ChunkRecord>& chunks, Instant now) {
  for (const auto& chunk : chunks) {
    if (chunk.status == ChunkStatus::processing) {
      ++queue.processing;
      ++queue.released;
    }
    if (chunk.status != ChunkStatus::pending) continue;
    ++queue.pending;
    if (!chunk.due_at) continue;
    ++queue.released;
    if (*chunk.due_at <= now) queue.oldest_due = std::min(queue.oldest_due.value_or(*chunk.due_at), *chunk.due_at);
  }
}

QueueRecord count_from_jobs(Store& store, const Sight& sight) {
  QueueRecord queue;
  const auto now = store.now();
  queue.counted_at = now;
  JobFilter filter;
  filter.sight = sight;
  filter.limit = 200;
  while (true) {
    const auto page = store.jobs(filter);
    for (const auto& job : page) {
      queue.completed += job.chunks_completed;
      queue.failed += job.chunks_failed;
      if (!is_final(job.status)) count_open_chunks(queue, store.chunks(job.id), now);
    }
    if (page.size() < static_cast<std::size_t>(filter.limit)) return queue;
    filter.after = page.back().id;
  }
}

// Open ones, oldest first.
std::vector<JobRecord> list_open_jobs(Store& store, const Sight& sight) {
  std::vector<JobRecord> open;
  for (const JobStatus status : {JobStatus::pending, JobStatus::running}) {
    JobFilter filter;
    filter.status = status;
    filter.sight = sight;
    filter.limit = 200;
    while (true) {
      auto page = store.jobs(filter);
      const bool last = page.size() < static_cast<std::size_t>(filter.limit);
      if (!page.empty()) filter.after = page.back().id;
      std::ranges::move(page, std::back_inserter(open));
      if (last) break;
    }
  }
  std::ranges::sort(open, {}, [](const JobRecord& job) { return std::pair(job.created_at, job.id); });
  return open;
}

}  // namespace

QueueRecord visible_queue(Store& store, const Access& access) {
  if (access.sight) return count_from_jobs(store, access.sight);
  auto queue = store.queue();
  if (access.role != Role::admin) {
    queue.workers.clear();
    queue.throttled.clear();
  }
  return queue;
}

std::optional<WaitingChunk> oldest_waiting_chunk(Store& store, const Access& access) {
  for (JobRecord& job : list_open_jobs(store, access.sight)) {
    for (ChunkRecord& chunk : store.chunks(job.id)) {
      if (chunk.status == ChunkStatus::pending) return WaitingChunk{std::move(job), std::move(chunk)};
    }
  }
  return std::nullopt;
}

}  // namespace adfill
