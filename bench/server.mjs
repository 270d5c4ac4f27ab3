// A PostgreSQL server of a benchmark's own, as it comes: fsync on, in a temporary folder of this disk.
import { execFileSync } from 'node:child_process';
import { startPostgres } from '../tests/end_to_end/postgres.mjs';

export async function startServer(settings = {}) {
  return startPostgres({ fsync: 'on', max_connections: '200', shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min', ...settings });
}

// Runs a program of PostgreSQL's, or any other, and returns what it printed.
export function printed(program, args, options = {}) {
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
