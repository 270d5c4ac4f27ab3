// A process whose clock is wrong: Debian's libfaketime, put before the C library. Only the wall clock; what counts time
// goes on as it is.
import fs from 'node:fs';

const library = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`).find(fs.existsSync);

// The environment of such a process; `offset` as in "+1h".
export function faketime(offset) {
  if (!library) throw new Error('libfaketime is missing: apt-get install faketime');
  return { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_RESET: '1' };
}
