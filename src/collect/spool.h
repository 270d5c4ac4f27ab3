// Holds what a slice has read until its days can be committed: in memory while there is room, then in a file that has
// no name. Platforms send rows in any order, so a day is whole only when the slice is; that is why all of a slice waits
// here, and why memory does not grow with it. One slice, one spool; not shared between threads at the same time.
#pragma once

#include "core/rows.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

// The file could not be written or read: a full disk, a folder that is not ours.
class SpoolFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What all spools of a process may hold in memory together.
struct SpoolMemory {
  std::size_t limit = std::size_t{2} << 20;
  std::size_t used = 0;
};

class Spool {
 public:
  // `memory` outlives it. The file, if one is needed, is made in `directory`.
  Spool(SpoolMemory& memory, std::filesystem::path directory);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // False when the day's totals no longer fit: the row is not taken. Throws SpoolFailed when the disk is full.
  [[nodiscard]] bool add(const AdRow& row);
  [[nodiscard]] bool add(const DemographicRow& row);

  [[nodiscard]] std::int64_t rows(Day day) const;
  [[nodiscard]] Totals totals(Day day) const;
  // All rows of the day, in the order in which they came. Throws SpoolFailed when the file can't be read.
  [[nodiscard]] std::vector<AdRow> ads(Day day) const;
  [[nodiscard]] std::vector<DemographicRow> demographics(Day day) const;
  [[nodiscard]] std::size_t bytes_on_disk() const { return file_size_; }

 private:
  struct Extent {
    std::size_t offset;
    std::size_t length;
  };
  struct DayRows {
    std::int64_t rows = 0;
    Totals totals;
    std::string memory;
    std::vector<Extent> on_disk;
  };
  [[nodiscard]] DayRows* day_for(Day day, const Metrics& metrics);
  void grew(std::size_t bytes);
  void write_out();
  void write_all(const std::string& bytes);
  [[nodiscard]] std::string_view bytes_of(Day day, std::string& bytes) const;

  SpoolMemory& memory_;
  std::filesystem::path directory_;
  std::map<Day, DayRows> days_;
  std::size_t in_memory_ = 0;
  int file_ = -1;
  std::size_t file_size_ = 0;
};

}  // namespace adfill
