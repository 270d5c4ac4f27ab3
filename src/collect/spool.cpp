#include "collect/spool.h"

#include "collect/row_codec.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace adfill {

namespace {

// When others hold the memory, this one still writes pieces of a size, not single rows.
constexpr std::size_t smallest_write = 64 << 10;

// The file vanishes with its descriptor, also when the process is killed.
int open_nameless_file(const std::filesystem::path& directory) {
  std::string name = (directory / "adfill-spool-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) {
    throw SpoolFailed("cannot make a spool file in " + directory.string() + ": " +
                      std::generic_category().message(errno) + "; free space there or set TMPDIR to another folder");
  }
  ::unlink(name.c_str());
  return file;
}

}  // namespace

Spool::Spool(SpoolMemory& memory, std::filesystem::path directory)
    : memory_(memory), directory_(std::move(directory)) {}

Spool::~Spool() {
  memory_.used -= in_memory_;
  if (file_ >= 0) ::close(file_);
}

bool Spool::add(const AdRow& row) {
  auto* const day = day_for(row.day, row.metrics);
  if (day == nullptr) return false;
  const auto before = day->memory.size();
  append_row(day->memory, row);
  grew(day->memory.size() - before);
  return true;
}

bool Spool::add(const DemographicRow& row) {
  auto* const day = day_for(row.day, row.metrics);
  if (day == nullptr) return false;
  const auto before = day->memory.size();
  append_row(day->memory, row);
  grew(day->memory.size() - before);
  return true;
}

Spool::DayRows* Spool::day_for(Day day, const Metrics& metrics) {
  auto& rows = days_[day];
  if (!rows.totals.add(totals_of(metrics))) return nullptr;
  rows.rows += 1;
  return &rows;
}

void Spool::grew(std::size_t bytes) {
  in_memory_ += bytes;
  memory_.used += bytes;
  if (memory_.used > memory_.limit && in_memory_ >= std::min(smallest_write, memory_.limit)) write_out();
}

void Spool::write_out() {
  if (file_ < 0) file_ = open_nameless_file(directory_);
  for (auto& [day, rows] : days_) {
    if (rows.memory.empty()) continue;
    write_all(rows.memory);
    rows.on_disk.push_back({file_size_, rows.memory.size()});
    file_size_ += rows.memory.size();
    in_memory_ -= rows.memory.size();
    memory_.used -= rows.memory.size();
    std::string().swap(rows.memory);
  }
}

void Spool::write_all(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto wrote = ::pwrite(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(file_size_ + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      throw SpoolFailed("cannot write the spool in " + directory_.string() + ": " +
                        std::generic_category().message(errno) + "; free space there or set TMPDIR to another folder");
    }
    done += static_cast<std::size_t>(wrote);
  }
}

std::int64_t Spool::rows(Day day) const {
  const auto found = days_.find(day);
  return found == days_.end() ? 0 : found->second.rows;
}

Totals Spool::totals(Day day) const {
  const auto found = days_.find(day);
  return found == days_.end() ? Totals{} : found->second.totals;
}

// Those of a day that is in memory as a whole are not copied: `bytes` holds all others.
std::string_view Spool::bytes_of(Day day, std::string& bytes) const {
  const auto found = days_.find(day);
  if (found == days_.end()) return {};
  if (found->second.on_disk.empty()) return found->second.memory;
  for (const auto& extent : found->second.on_disk) {
    const auto start = bytes.size();
    bytes.resize(start + extent.length);
    std::size_t done = 0;
    while (done < extent.length) {
      const auto got =
          ::pread(file_, bytes.data() + start + done, extent.length - done, static_cast<off_t>(extent.offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0)
        throw SpoolFailed(std::string("cannot read the spool back: ") + std::generic_category().message(errno));
      done += static_cast<std::size_t>(got);
    }
  }
  bytes += found->second.memory;
  return bytes;
}

std::vector<AdRow> Spool::ads(Day day) const {
  std::string bytes;
  std::string_view rest = bytes_of(day, bytes);
  std::vector<AdRow> all;
  all.reserve(static_cast<std::size_t>(rows(day)));
  while (!rest.empty()) all.push_back(take_ad_row(rest, day));
  return all;
}

std::vector<DemographicRow> Spool::demographics(Day day) const {
  std::string bytes;
  std::string_view rest = bytes_of(day, bytes);
  std::vector<DemographicRow> all;
  all.reserve(static_cast<std::size_t>(rows(day)));
  while (!rest.empty()) all.push_back(take_demographic_row(rest, day));
  return all;
}

}  // namespace adfill
