// Secrets are planted in every place that takes one, and searched in everything that comes out: the answer of every GET route of the
// document, with ids of things that exist; answers that refuse, the platform's words repeating the token; the event stream, the metrics;
// what each listing command prints; the log as text and as JSON; the environment of the process; the database.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { accessToken, binary, call, day, finished, freshFolder, startServer, startSimulator, token, until } from './adfill.mjs';
import { startPostgres } from './postgres.mjs';

const planted = {
  'access token': accessToken,
  'app secret': '5f7e4c3b2a19880011plantedappsecret',
  'admin token': token,
  'secret key': Buffer.from('planted key, 32 bytes of a test.').toString('base64'),
  'mail password': 'Pl4nted+Mail/Passw0rd=',
  'webhook secret': 'planted+webhook/hmac=key',
  'webhook link': 'T0PLANTED/B0HOOK/x1y2z3',
  'database password': 'pl4nted-db-passw0rd',
};

// Each secret as it is, and as it would stand in a URL, in a header or in another text.
function shapes(secret) {
  const bytes = Buffer.from(secret);
  return [secret, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), secret.replaceAll('/', '\\/')];
}

function search(text, where, secrets = planted) {
  for (const [name, secret] of Object.entries(secrets)) {
    for (const shape of shapes(secret)) assert.ok(!text.includes(shape), `the ${name} stands in ${where}: ${text.slice(Math.max(0, text.indexOf(shape) - 200), text.indexOf(shape))}`);
  }
}

// Paths of all GET routes that the document has, with everything filled in that they need.
function gets(document, ids) {
  return Object.entries(document.paths).flatMap(([template, item]) => {
    if (!item.get) return [];
    const named = [...(item.parameters ?? []), ...(item.get.parameters ?? [])].map((one) =>
      one.$ref ? one.$ref.slice(2).split('/').reduce((at, key) => at[key], document) : one);
    const where = template.replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? ids[template.split('/')[2]] : ids[name]));
    assert.ok(!where.includes('undefined'), `${template}: this test has no id for it`);
    const query = named.filter((one) => one.in === 'query' && one.required).map(({ name }) => `${name}=${{ integration_id: ids.integrations, type: 'ads' }[name]}`);
    const optional = named.some((one) => one.name === 'integration_id') ? [`${where}?${[...query.filter((one) => !one.startsWith('integration_id')), `integration_id=${ids.integrations}`].join('&')}`] : [];
    return [`${where}${query.length > 0 ? `?${query.join('&')}` : ''}`, ...optional];
  });
}

// What the server says within a second on a stream, else its whole answer.
async function said(url, headers) {
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(20_000) });
  let text = [...response.headers].map((header) => header.join(': ')).join('\n');
  const reader = response.body?.getReader();
  const late = new Promise((resolve) => setTimeout(resolve, 1000));
  while (reader) {
    const next = await Promise.race([reader.read(), late]);
    if (!next || next.done) break;
    text += Buffer.from(next.value).toString('latin1');
    if (response.headers.get('content-type')?.includes('event-stream') && text.length > 4000) break;
  }
  await reader?.cancel();
  return { status: response.status, text };
}

// Commands that only tell, found in the pages of the commands: those with --json that need nothing.
function tellingCommands() {
  const sections = fs.readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8').split(/^## adfill /m).slice(1);
  return sections.filter((text) => text.includes('--json') && !text.includes('REQUIRED')).map((text) => text.split('\n')[0])
    .filter((name) => /(^| )(list|status|doctor|next|verify|history)$/.test(name));
}

function credentials() {
  return { access_token: accessToken, app_secret: planted['app secret'] };
}

async function add(server, account, initial) {
  return call(server, 'POST', '/v1/integrations', { advertiser: 'PlantedAdvertiser', source: 'meta', account_id: account, keep_thumbnails: true, credentials: credentials(), initial });
}

// Things of every kind, so that each route has something to tell; the ids by the first part of their routes.
async function fill(server) {
  const added = (await add(server, 'act_1', { since: day(-20), until: day(-1) })).json;
  await finished(server, added.jobs);
  const ads = added.jobs.find((job) => job.collection_type === 'ads');
  const chunk = (await call(server, 'GET', `/v1/jobs/${ads.id}`)).json.chunks[0].id;
  const schedule = (await call(server, 'GET', `/v1/schedules?integration_id=${added.integration_id}`)).json.schedules[0].id;
  const hook = await call(server, 'POST', '/v1/alert-channels', { kind: 'webhook', target: `https://127.0.0.1:1/${planted['webhook link']}`, secret: planted['webhook secret'] });
  assert.equal(hook.status, 201, hook.text);
  await call(server, 'POST', '/v1/alert-channels', { kind: 'email', target: 'ads@example.com' });
  const made = (await call(server, 'POST', '/v1/tokens', { name: 'planted', role: 'viewer', advertisers: ['PlantedAdvertiser'] })).json;
  const creatives = (await call(server, 'GET', `/v1/creatives?integration_id=${added.integration_id}`)).json.creatives;
  const picture = creatives.find((one) => one.picture_url)?.picture_url.split('/').at(-1);
  const ids = { integrations: added.integration_id, jobs: ads.id, chunks: chunk, schedules: schedule, tokens: made.id, 'alert-channels': hook.json.id, picture };
  return { ids, made: made.token };
}

// Refusals whose words come from the platform, which repeats the token, and from requests that put secrets where they do not belong.
async function provoke(server, simulator, ids) {
  const answers = [];
  const echo = { kind: 'error', code: 190, status: 400, message: `Error validating access token ${accessToken} with Bearer ${accessToken}`, count: 1 };
  for (const attempt of [
    () => add(server, 'act_5', null),
    () => call(server, 'PATCH', `/v1/integrations/${ids.integrations}`, { credentials: { ...credentials(), other: 'x' } }),
    () => call(server, 'POST', '/v1/integrations/accounts', { source: 'meta', credentials: credentials() }),
  ]) {
    await simulator.post('/simulator/fault', echo);
    const answer = await attempt();
    assert.equal(answer.status, 422, answer.text);
    answers.push(answer.text);
  }
  for (const body of [{ access_token: accessToken }, { advertiser: 'A', source: accessToken, account_id: 'act_1', credentials: { 'access token': accessToken } }]) {
    answers.push((await call(server, 'POST', '/v1/integrations', body)).text);
  }
  answers.push((await call(server, 'POST', '/v1/alert-channels', { kind: 'webhook', target: planted['webhook secret'], secret: planted['webhook secret'] })).text);
  answers.push((await call(server, 'GET', '/v1/jobs', undefined, { authorization: `Bearer ${token}x` })).text);
  answers.push((await call(server, 'POST', '/v1/session', { token: `${token}x` })).text);
  // A job that fails: its error stands in jobs, chunks, attempts, alerts and the log.
  await simulator.post('/simulator/fault', { ...echo, code: 2500, message: `Unknown path ${accessToken}`, on: 'report', count: 20 });
  const asked = await call(server, 'POST', `/v1/integrations/${ids.integrations}/initial-collection`, { since: day(-30), until: day(-25), types: ['ads'] });
  const [failed] = await finished(server, asked.json.jobs);
  assert.equal(failed.status, 'failed', JSON.stringify(failed));
  assert.ok(failed.error_message.includes('Unknown path'), failed.error_message);
  await simulator.post('/simulator/fault', { kind: 'clear' });
  return { answers, failed: failed.id };
}

async function check(t, { format, database, dump }) {
  const folder = freshFolder();
  const simulator = await startSimulator({ ads: 4, days: 60, 'report-ms': 20, 'app-secret': planted['app secret'] });
  const env = { ADFILL_DB: database ?? `sqlite:${path.join(folder, 'adfill.db')}`, ADFILL_SECRET_KEY: planted['secret key'], ADFILL_LOG: 'debug', ADFILL_LOG_FORMAT: format,
    ADFILL_SMTP_URL: 'smtps://127.0.0.1:1', ADFILL_SMTP_FROM: 'adfill@example.com', ADFILL_SMTP_USER: 'adfill', ADFILL_SMTP_PASSWORD: planted['mail password'] };
  const server = await startServer(simulator, folder, { env });
  t.after(async () => {
    await server.stop();
    await simulator.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  search(fs.readFileSync(`/proc/${server.child.pid}/environ`, 'latin1'), 'the environment of the process');

  const { ids, made } = await fill(server);
  const secrets = { ...planted, 'made token': made };
  const { answers, failed } = await provoke(server, simulator, ids);
  for (const text of answers) search(text, `a refusal (${text})`, secrets);
  const told = [];
  for (const jobs of [ids.jobs, failed]) {
    for (const where of gets(await (await fetch(`${server.url}/openapi.json`)).json(), { ...ids, jobs })) {
      const { status, text } = await said(server.url + where, { authorization: `Bearer ${token}` });
      assert.ok(status < 400, `${where}: ${status} ${text.slice(0, 300)}`);
      search(text, where, secrets);
      if (text.includes('PlantedAdvertiser') || text.includes('Unknown path')) told.push(where.split('?')[0]);
    }
  }
  // What is searched is what was planted among: names and the platform's words are there.
  for (const where of ['/v1/integrations', '/v1/jobs', `/v1/jobs/${failed}`, `/v1/jobs/${failed}/attempts`, '/v1/tokens']) assert.ok(told.includes(where), `${where} tells nothing`);

  const commands = tellingCommands();
  for (const name of ['integration list', 'token list', 'alert channel list', 'doctor', 'status']) assert.ok(commands.includes(name), name);
  for (const name of commands) {
    for (const more of [[], ['--json']]) {
      const ran = spawnSync(binary, [...name.split(' '), ...more], { encoding: 'utf8', env: { ...process.env, ...env, ADFILL_META_URL: simulator.url } });
      search(ran.stdout + ran.stderr, `adfill ${name} ${more}`, secrets);
    }
  }
  await until('the alert could not be delivered', () => server.output.includes('alert delivery'), { seconds: 150 });
  assert.equal(await server.stop(), 0);
  const log = fs.readFileSync(path.join(folder, 'server.log'), 'utf8');
  assert.ok(log.includes('Unknown path'), 'the log tells why the job failed');
  if (format === 'json') assert.ok(log.split('\n').some((line) => line.startsWith('{') && JSON.parse(line).message.includes('Unknown path')), 'as JSON too');
  search(log, 'the log', secrets);
  for (const file of fs.readdirSync(folder)) search(fs.readFileSync(path.join(folder, file), 'latin1'), file, secrets);
  if (dump) search(dump(), 'the database', secrets);
}

test('no secret comes out of a server on SQLite whose log is text', (t) => check(t, { format: 'text' }));

test('no secret comes out of a server on PostgreSQL whose log is JSON', async (t) => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const database = postgres.database('planted').replace('adfill@', `adfill:${planted['database password']}@`);
  const dump = () => execFileSync('pg_dump', ['-d', database.replace(`:${planted['database password']}`, '')], { encoding: 'latin1', maxBuffer: 1 << 28 });
  await check(t, { format: 'json', database, dump });
});
