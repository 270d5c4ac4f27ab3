// Wake-ups between the machines that share a PostgreSQL database: hints that there is work, or that something to look
// at has changed. On a connection and a thread of its own, or behind a COMMIT (see EnqueuedJobs::told), never inside
// it: a transaction that notifies holds a lock of the whole database until it is on the disk. Hints that come close
// together go as one. One that is lost costs a polling pause, never work: who is told looks into the database anyway.
//
// A pooler in transaction mode can't listen, and a session left listening there would tell somebody else: then nothing
// is asked for or heard here and polling goes on; telling works all the same.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace adfill {

class WakeUps {
 public:
  enum class Hint { work, progress };

  virtual ~WakeUps() = default;  // what was told is on its way when it returns, if the database is there
  // Returns at once; safe from any thread.
  virtual void tell(Hint hint) = 0;
};

// `heard` is called on the thread of the wake-ups, for what others told, and once for each kind whenever listening
// begins anew, since something may have been missed. `url` as for the store.
[[nodiscard]] std::unique_ptr<WakeUps> open_postgres_wake_ups(std::string url,
                                                              std::function<void(WakeUps::Hint)> heard);

}  // namespace adfill
