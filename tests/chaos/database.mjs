// A real PostgreSQL server in a temporary folder, by user postgres when this is root, that can be killed like a machine
// without power.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { endWithTheTests, freePort, until } from '../end_to_end/adfill.mjs';

const programs = '/usr/lib/postgresql/15/bin';
const run = promisify(execFile);
const isRoot = process.getuid() === 0;

function postgresUser() {
  if (!isRoot) return {};
  const [, , uid, gid] = fs.readFileSync('/etc/passwd', 'utf8').split('\n').find((line) => line.startsWith('postgres:')).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

// A process and all that it started.
function family(parent) {
  return [parent, ...fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ').map(Number).filter((pid) => pid > 0)];
}

export class Database {
  static async start(name = 'chaos') {
    const database = new Database();
    database.name = name;
    database.port = await freePort();
    database.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adfill-chaos-pg-'));
    const user = postgresUser();
    if (isRoot) fs.chownSync(database.folder, user.uid, user.gid);
    database.data = path.join(database.folder, 'data');
    execFileSync(`${programs}/initdb`, ['-D', database.data, '-U', 'adfill', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
      ...user, cwd: database.folder, stdio: 'ignore',
    });
    fs.appendFileSync(path.join(database.data, 'pg_hba.conf'), 'host all all 10.0.0.0/8 trust\n');
    await database.up();
    await database.ask(`CREATE DATABASE ${name}`, 'postgres');
    return database;
  }

  // Until it answers.
  async up() {
    const log = fs.openSync(path.join(this.folder, 'log'), 'a');
    // Without fsync: processes are killed here, not the machine, so what was written stays.
    this.child = spawn(`${programs}/postgres`, ['-D', this.data, '-k', this.folder, '-p', String(this.port), '-c', 'listen_addresses=*', '-c', 'fsync=off',
      '-c', 'max_connections=100', '-c', 'deadlock_timeout=200ms'], { ...postgresUser(), cwd: this.folder, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    endWithTheTests(this.child);
    this.gone = once(this.child, 'exit');
    await until('PostgreSQL answers', async () => (await run('pg_isready', ['-h', this.folder, '-p', String(this.port)]).catch(() => false)) !== false);
  }

  // SIGQUIT: all its processes end at once, without a checkpoint. SIGKILL: each is killed, nobody cleans up.
  async kill(how) {
    if (how === 'SIGQUIT') this.child.kill('SIGQUIT');
    else for (const pid of family(this.child.pid)) { try { process.kill(pid, 'SIGKILL'); } catch { /* it ended by itself */ } }
    await this.gone;
  }

  // Rows of text columns, past every proxy.
  async ask(sql, name = this.name) {
    const { stdout } = await run('psql', ['-h', this.folder, '-p', String(this.port), '-U', 'adfill', '-d', name, '-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', sql],
      { maxBuffer: 1 << 28 });
    return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
  }

  url(host, port) {
    return `postgresql://adfill@${host}:${port}/${this.name}`;
  }

  // The lines of its log with these words, each with those that tell more of it.
  logged(words) {
    const lines = fs.readFileSync(path.join(this.folder, 'log'), 'utf8').split('\n');
    return lines.flatMap((line, at) => (line.includes(words) ? [lines.slice(at, at + 12).join('\n')] : []));
  }

  async remove() {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill('SIGQUIT');
    fs.rmSync(this.folder, { recursive: true });
  }
}
