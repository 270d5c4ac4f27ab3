// A PostgreSQL server of a test's own, on a socket in a temporary folder, run as the user postgres where this is root.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { endWithTheTests, until } from './adfill.mjs';

const programs = '/usr/lib/postgresql/15/bin';
const root = process.getuid() === 0;

function as(program, args) {
  return root ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]] : [program, args];
}

// `settings`: further ones of the server, such as {shared_preload_libraries: 'pg_cron'}.
export async function startPostgres(settings = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adfill-pg-'));
  if (root) execFileSync('chown', ['postgres:postgres', folder]);
  const data = path.join(folder, 'data');
  execFileSync(...as(`${programs}/initdb`, ['-D', data, '-U', 'adfill', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']), { cwd: folder });
  const options = { listen_addresses: '', unix_socket_directories: folder, fsync: 'off', ...settings };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(...as(`${programs}/postgres`, ['-D', data, ...flags]), { cwd: folder, stdio: 'ignore' });
  endWithTheTests(server);
  const exited = once(server, 'exit');
  const urlOf = (database) => `postgresql://adfill@/${database}?host=${folder}`;
  const url = urlOf('postgres');
  const sql = (statement, where = url) => execFileSync('psql', ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-d', where, '-c', statement],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PGOPTIONS: '-c search_path=public' } }).trim();
  await until('PostgreSQL answers', () => {
    if (server.exitCode !== null) throw new Error('PostgreSQL ended');
    try {
      return sql('SELECT 1') === '1';
    } catch {
      return false;
    }
  });
  return {
    url,
    sql,
    // The URL of a new, empty database.
    database(name) {
      sql(`CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    async stop() {
      server.kill('SIGQUIT');
      await exited;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
