// A real PostgreSQL server in a temporary folder, by user postgres when this is root, without fsync, reached over TCP.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from './adfill.mjs';

const programs = '/usr/lib/postgresql/15/bin';
const run = promisify(execFile);
const isRoot = process.getuid() === 0;

function postgresUser() {
  if (!isRoot) return {};
  const [, , uid, gid] = fs.readFileSync('/etc/passwd', 'utf8').split('\n').find((line) => line.startsWith('postgres:')).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

export class Postgres {
  static async start() {
    const server = new Postgres();
    server.port = await freePort();
    server.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adfill-e2e-pg-'));
    const user = postgresUser();
    if (isRoot) fs.chownSync(server.folder, user.uid, user.gid);
    const data = path.join(server.folder, 'data');
    const options = { ...user, cwd: server.folder };
    execFileSync(`${programs}/initdb`, ['-D', data, '-U', 'adfill', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...options, stdio: 'ignore' });
    const log = fs.openSync(path.join(server.folder, 'log'), 'a');
    server.child = spawn(`${programs}/postgres`, ['-D', data, '-k', server.folder, '-p', String(server.port), '-c', 'fsync=off'], { ...options, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    server.gone = once(server.child, 'exit');
    await until('PostgreSQL answers', async () => (await run('pg_isready', ['-h', server.folder, '-p', String(server.port)]).catch(() => false)) !== false);
    return server;
  }

  // A new database's URL.
  async database(name) {
    await this.ask('postgres', `CREATE DATABASE ${name}`);
    return `postgresql://adfill@127.0.0.1:${this.port}/${name}`;
  }

  // Rows, columns joined by '|'.
  async ask(database, sql) {
    const { stdout } = await run('psql', ['-h', this.folder, '-p', String(this.port), '-U', 'adfill', '-d', database, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', sql]);
    return stdout.split('\n').filter((line) => line !== '');
  }

  async remove() {
    this.child.kill('SIGQUIT');
    await this.gone;
    fs.rmSync(this.folder, { recursive: true });
  }
}
