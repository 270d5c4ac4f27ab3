#include "api/visible_queue.h"

#include <algorithm>

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

}  // namespace adfill
