// adfill export to a folder: what stands there when it says that it is complete, and what does not when it was killed.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { addIntegration, binary, day, endWithTheTests, finished, freshFolder, startServer, startSimulator, totals, until } from './adfill.mjs';

const range = { since: day(-40), until: day(-1) };
const folder = freshFolder();
const env = { ...process.env, ADFILL_DB: `sqlite:${path.join(folder, 'adfill.db')}` };
const hostile = [
  '=HYPERLINK("http://evil","x")', "'=1+1", "'Tis the season", 'comma, "quote", line\nbreak\r\nand \\ slash', '@import', '-', '\t=tab', '',
  '달빛 할인 🌙', '\u202ertl', 'a\u2028b', '{"date":"2020-01-01"}', 'x'.repeat(500),
];
let accounts;
let truths;

before(async () => {
  const simulator = await startSimulator({ ads: hostile.length });
  const server = await startServer(simulator, folder);
  accounts = [];
  for (const account of ['act_1', 'act_2']) {
    const added = await addIntegration(server, account, range);
    assert.equal(added.status, 202, added.text);
    await finished(server, added.json.jobs);
    accounts.push(added.json.integration_id);
  }
  truths = {};
  for (const type of ['ads', 'demographics']) {
    truths[type] = (await totals(server, simulator, accounts[0], 'act_1', range, type)).platform[0];
  }
  await server.stop();
  await simulator.stop();
});
after(() => fs.rmSync(folder, { recursive: true }));

function run(...args) {
  return spawnSync(binary, ['export', ...args], { encoding: 'utf8', env, timeout: 60_000, maxBuffer: 1 << 28 });
}

// RFC 4180 with CRLF, and the apostrophe before what would be a formula taken off.
function parseCsv(text) {
  const rows = [[]];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quoted && c === '"' && text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (c === '"') {
      quoted = !quoted;
    } else if (!quoted && (c === ',' || c === '\r')) {
      rows.at(-1).push(field);
      field = '';
      if (c === '\r' && text[(at += 1)] === '\n') rows.push([]);
    } else {
      field += c;
    }
  }
  assert.deepEqual(rows.pop(), []);
  const [head, ...body] = rows;
  const plain = (value) => (/^'+[=+\-@\t\r]/.test(value) ? value.slice(1) : value);
  return body.map((row) => Object.fromEntries(head.map((name, index) => [name, plain(row[index])])));
}

const parseNdjson = (text) => text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
const micros = (text) => {
  const [whole, part = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
  return text.startsWith('-') ? -value : value;
};

for (const [format, parse] of [['csv', parseCsv], ['ndjson', parseNdjson]]) {
  test(`${format}: the manifest's counts, sums and hashes are those of its files, and the sums are the platform's`, () => {
    const to = path.join(folder, format);
    const done = run('--integration', accounts[0], '--integration', accounts[1], '--type', 'ads,demographics', '--format', format, '--to', to);
    assert.equal(done.status, 0, done.stderr);
    const manifest = JSON.parse(fs.readFileSync(path.join(to, 'manifest.json')));
    assert.equal(`adfill ${manifest.adfill_version}`, execFileSync(binary, ['--version']).toString().trim());
    assert.deepEqual(manifest.asked, { integrations: accounts, types: ['ads', 'demographics'], by: null, since: null, until: null, as_of: null, format });
    assert.deepEqual(manifest.files.map((file) => file.name), [`meta-act_1-ads.${format}`, `meta-act_1-demographics.${format}`, `meta-act_2-ads.${format}`, `meta-act_2-demographics.${format}`]);
    assert.deepEqual(fs.readdirSync(to).sort(), ['SHA256SUMS', 'manifest.json', ...manifest.files.map((file) => file.name)].sort());
    execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: to });
    for (const file of manifest.files) {
      const bytes = fs.readFileSync(path.join(to, file.name));
      assert.equal(bytes.length, file.bytes);
      assert.equal(crypto.createHash('sha256').update(bytes).digest('hex'), file.sha256);
      const rows = parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      assert.equal(rows.length, file.rows);
      assert.deepEqual({ since: file.since, until: file.until }, range);
      const [total] = file.totals;
      const sum = (name) => rows.reduce((all, row) => all + micros(String(row[name])), 0n);
      for (const name of ['impressions', 'clicks', 'cost', 'conversions', 'conversion_value']) assert.equal(sum(name), micros(String(total[name])), `${file.name} ${name}`);
      assert.ok(rows.every((row) => row.currency === total.currency));
    }
    const [ads, demographics] = manifest.files;
    assert.equal(ads.totals[0].impressions, truths.ads.impressions);
    assert.equal(Number(ads.totals[0].cost).toFixed(6), truths.ads.cost);
    assert.equal(demographics.totals[0].clicks, truths.demographics.clicks);
    const both = micros(ads.totals[0].cost) + micros(manifest.files[2].totals[0].cost);
    assert.equal(micros(manifest.totals.ads[0].cost), both);
    assert.equal(manifest.totals.ads[0].rows, ads.rows + manifest.files[2].rows);

    const again = run('--integration', accounts[0], '--format', format, '--to', to);
    assert.equal(again.status, 1);
    assert.match(again.stderr, /holds a complete export already/);
  });
}

test('to standard output the same rows stream without a manifest', () => {
  const to = path.join(folder, 'beside');
  for (const format of ['csv', 'ndjson']) {
    const streamed = run('--integration', accounts[0], '--format', format);
    assert.equal(streamed.status, 0, streamed.stderr);
    const stored = path.join(to, format);
    assert.equal(run('--integration', accounts[0], '--format', format, '--to', stored).status, 0);
    assert.equal(streamed.stdout, fs.readFileSync(path.join(stored, `meta-act_1-ads.${format}`), 'utf8'));
  }
  const json = JSON.parse(run('--integration', accounts[0], '--format', 'json').stdout);
  assert.deepEqual(json.rows, parseNdjson(run('--integration', accounts[0], '--format', 'ndjson').stdout));
  assert.match(run('--integration', accounts[0], '--integration', accounts[1]).stderr, /--to FOLDER/);
  assert.match(run('--integration', accounts[0], '--format', 'json', '--to', path.join(folder, 'x')).stderr, /csv or ndjson/);
  assert.match(run('--help').stdout, /--to .*manifest\.json/s);
});

test('hostile names come back as they are from CSV and NDJSON', () => {
  const database = path.join(folder, 'adfill.db');
  const ads = execFileSync('sqlite3', [database, 'SELECT DISTINCT ad_id FROM ad_performance ORDER BY ad_id']).toString().trim().split('\n').slice(0, hostile.length);
  const named = ads.map((ad, index) => [ad, hostile[index]]);
  const statements = named.map(([ad, name]) => `UPDATE ad_performance SET ad_name = CAST(x'${Buffer.from(name).toString('hex')}' AS TEXT) WHERE ad_id = '${ad}';`);
  execFileSync('sqlite3', [database], { input: statements.join('\n') });
  for (const [format, parse] of [['csv', parseCsv], ['ndjson', parseNdjson]]) {
    const names = new Map(accounts.flatMap((account) => parse(run('--integration', account, '--format', format).stdout)).map((row) => [row.ad_id, row.ad_name]));
    for (const [ad, name] of named) assert.equal(names.get(ad), name, format);
  }
});

function isWhole(to) {
  const manifest = JSON.parse(fs.readFileSync(path.join(to, 'manifest.json')));
  assert.equal(manifest.files?.length, 4);
  execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: to });
}

test('an export that is killed leaves no manifest, and the next one into the same folder is whole', async () => {
  const to = path.join(folder, 'killed');
  const args = ['export', '--to', to, '--type', 'ads,demographics', ...accounts.flatMap((account) => ['--integration', account])];
  let killed = 0;
  for (let tries = 0; tries < 40 && killed < 3; tries += 1) {
    const child = spawn(binary, args, { env, stdio: 'ignore' });
    endWithTheTests(child);
    const exited = once(child, 'exit');
    const wanted = tries % 2 === 0 ? '.part' : `.csv`;
    await until('it writes', () => child.exitCode !== null || (fs.existsSync(to) && fs.readdirSync(to).some((name) => name.endsWith(wanted))));
    child.kill('SIGKILL');
    const [, signal] = await exited;
    if (fs.existsSync(path.join(to, 'manifest.json'))) {
      isWhole(to);  // it was quicker than we
      fs.rmSync(to, { recursive: true });
    } else if (signal === 'SIGKILL') {
      killed += 1;
    }
  }
  assert.equal(killed, 3);
  assert.ok(fs.readdirSync(to).length > 0);
  assert.equal(spawnSync(binary, args, { env }).status, 0);
  isWhole(to);
  assert.ok(!fs.readdirSync(to).some((name) => name.endsWith('.part')));
});

test('a disk that is full is said, and leaves no manifest', () => {
  const to = path.join(folder, 'full');
  const full = spawnSync('bash', ['-c', `ulimit -f 40; exec "$0" export --integration ${accounts[0]} --format ndjson --to ${to}`, binary], { encoding: 'utf8', env });
  assert.equal(full.status, 1);
  assert.match(full.stderr, /can't be written: .*the export is not complete/);
  assert.deepEqual(fs.readdirSync(to), []);
});
