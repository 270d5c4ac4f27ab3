#include "progress.h"

#include "table.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace adfill {

namespace {

constexpr int bar_width = 16;  // a line then fits into the usual 80 columns

// Days where there are any, since they move; chunks otherwise.
double share_done(const JobProgress& job) {
  if (job.status == "completed") return 1;
  if (job.days_total > 1) return static_cast<double>(job.days_done) / static_cast<double>(job.days_total);
  return job.chunks_total == 0 ? 0 : static_cast<double>(job.chunks_completed + job.chunks_failed) / job.chunks_total;
}

std::string chunks_text(const JobProgress& job) {
  const auto text = std::to_string(job.chunks_completed) + "/" + std::to_string(job.chunks_total);
  return job.chunks_failed > 0 ? text + ", " + std::to_string(job.chunks_failed) + " failed" : text + " chunks";
}

std::string bar_line(const JobProgress& job) {
  const auto share = std::clamp(share_done(job), 0.0, 1.0);
  const int filled = static_cast<int>(share * bar_width);
  std::string bar;
  for (int i = 0; i < bar_width; ++i) bar += i < filled ? "█" : "░";
  const auto percent = padded(std::to_string(static_cast<int>(share * 100)), 3, true) + " %";
  return padded(job.name, 13) + " " + bar + " " + percent + "  " + padded(chunks_text(job), 13) + "  " +
         padded(grouped(std::to_string(job.rows)), 9, true) + " rows  " + job.status;
}

std::string plain_line(const JobProgress& job) {
  return job.name + ": " + job.status + ", " + chunks_text(job) + ", " + grouped(std::to_string(job.rows)) + " rows";
}

}  // namespace

ProgressView::ProgressView(int file) : file_(file), terminal_(isatty(file) == 1) {}

void ProgressView::write(const std::string& text) const {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const auto count = ::write(file_, text.data() + sent, text.size() - sent);
    if (count <= 0) return;  // nobody looks any more
    sent += static_cast<std::size_t>(count);
  }
}

void ProgressView::clear_bars() {
  if (bars_ > 0) write("\x1b[" + std::to_string(bars_) + "A\x1b[J");
  bars_ = 0;
}

void ProgressView::show(const std::vector<JobProgress>& jobs) {
  std::vector<std::string> lines;
  lines.reserve(jobs.size());
  for (const auto& job : jobs) lines.push_back(terminal_ ? bar_line(job) : plain_line(job));
  if (terminal_) {
    if (lines == drawn_ && bars_ == lines.size()) return;
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    clear_bars();
    write(text);
    bars_ = lines.size();
    drawn_ = std::move(lines);
    return;
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    // Rows alone change too often to be a line each.
    const auto what = jobs[i].status + chunks_text(jobs[i]);
    if (std::exchange(told_[jobs[i].name], what) != what) write(lines[i] + "\n");
  }
}

void ProgressView::note(const std::string& text) {
  clear_bars();
  write(text + "\n");
  if (!terminal_) return;
  std::string bars;
  for (const auto& line : drawn_) bars += line + "\n";
  write(bars);
  bars_ = drawn_.size();
}

}  // namespace adfill
