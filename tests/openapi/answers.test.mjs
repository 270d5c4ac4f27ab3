// The server against its document: every operation is called, and every answer has a status, a content type and a shape that the
// document names. Then every parameter and field is spoilt in every way: told by name, nothing written, no secret in the log.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { accessToken, day, finished, freshFolder, startServer, startSimulator, token, until } from '../end_to_end/adfill.mjs';
import { Document } from './document.mjs';
import { spoilt, wrongQueries } from './wrong_inputs.mjs';

const nobody = '00000000-0000-4000-8000-000000000000';
const folder = freshFolder();
const range = { since: day(-20), until: day(-1) };
let simulator;
let server;
let document;
let integration;
let jobs;
let schedule;

// The answer, after it was held against the document. `raw`: a body as it is.
async function ask(method, where, { body, raw, headers = {} } = {}) {
  const response = await fetch(server.url + where, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    redirect: 'manual',
  });
  const text = await response.text();
  const operation = document.find(method, new URL(where, server.url).pathname);
  assert.ok(operation, `${method} ${where} is in the document`);
  const fault = document.fault(operation, response.status, response.headers.get('content-type'), text);
  assert.equal(fault, undefined, `${method} ${where} ${JSON.stringify(body ?? raw ?? '').slice(0, 300)}`);
  return { status: response.status, headers: response.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}

async function expect(status, method, where, options) {
  const answer = await ask(method, where, options);
  assert.equal(answer.status, status, `${method} ${where}: ${answer.text.slice(0, 400)}`);
  return answer.json ?? answer;
}

function newIntegration(account, initial) {
  return { advertiser: 'Acme', source: 'meta', account_id: account, credentials: { access_token: accessToken }, keep_thumbnails: true, initial };
}

before(async () => {
  simulator = await startSimulator({ ads: 5, days: 60, 'report-ms': 50 });
  server = await startServer(simulator, folder);
  document = new Document(await (await fetch(`${server.url}/openapi.json`)).json());
  const added = await expect(202, 'POST', '/v1/integrations', { body: newIntegration('act_1', range) });
  integration = added.integration_id;
  jobs = added.jobs;
  await finished(server, jobs);
  schedule = (await expect(200, 'GET', `/v1/schedules?integration_id=${integration}`)).schedules[0].id;
});

after(async () => {
  await server?.stop();
  await simulator?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function useIntegrations() {
  await expect(409, 'POST', '/v1/integrations', { body: newIntegration('act_1', null) });
  const later = await expect(201, 'POST', '/v1/integrations', { body: newIntegration('act_2', null) });
  await expect(200, 'GET', '/v1/integrations?limit=1');
  await expect(200, 'GET', `/v1/integrations/${integration}`);
  await expect(404, 'GET', `/v1/integrations/${nobody}`);
  await expect(200, 'PATCH', `/v1/integrations/${later.integration_id}`, { body: { paused: true, keep_thumbnails: true } });
  await expect(200, 'PATCH', `/v1/integrations/${later.integration_id}`, { body: { credentials: { access_token: accessToken } } });
  await expect(200, 'POST', '/v1/integrations/estimate', { body: newIntegration('act_2', range) });
  await expect(422, 'POST', '/v1/integrations/estimate', { body: newIntegration('act_2', null) });
  const priced = await expect(200, 'POST', `/v1/integrations/${integration}/estimate`, { body: range });
  assert.deepEqual(priced.types.map((type) => type.days?.covered), [20, 20, undefined]);
  await expect(200, 'POST', '/v1/integrations/accounts', { body: { source: 'meta', credentials: { access_token: accessToken } } });
  const borrowed = { ...newIntegration('act_3', null), credentials: undefined, credentials_of: integration };
  const third = await expect(201, 'POST', '/v1/integrations', { body: borrowed });
  for (const { integration_id } of [later, third]) await expect(204, 'DELETE', `/v1/integrations/${integration_id}?purge=true`);
  await useOffers();
}

// Made by hand what a day would bring: the token is asked again, and sees an account more.
async function useOffers() {
  await expect(404, 'POST', '/v1/account-offers/dismiss', { body: { source: 'meta', account_id: 'act_3' } });
  const yesterday = "UPDATE integrations SET created_at = '2020-01-01T00:00:00.000Z', accounts_listed_at = NULL";
  execFileSync('sqlite3', ['-cmd', '.timeout 5000', path.join(folder, 'adfill.db'), yesterday]);
  await server.stop();
  await simulator.get('/simulator/truth?account=act_4');
  server = await startServer(simulator, folder);
  const offers = await until('the accounts of the token are offered', async () => {
    const { offers } = await expect(200, 'GET', '/v1/account-offers');
    return offers.length > 0 && offers;
  });
  assert.deepEqual(offers.map(({ account_id, credentials_of }) => [account_id, credentials_of]), [['act_4', integration]]);
  await expect(204, 'POST', '/v1/account-offers/dismiss', { body: { source: 'meta', account_id: 'act_4' } });
}

async function useJobs() {
  const wanted = { since: day(-50), until: day(-40), types: ['ads'] };
  // So slow that the job is open when it is cancelled.
  const slowly = () => simulator.post('/simulator/fault', { kind: 'slow', ms: 2000, count: 1, on: 'report' });
  await slowly();
  const asked = await expect(202, 'POST', `/v1/integrations/${integration}/initial-collection`, { body: wanted });
  await expect(200, 'POST', `/v1/integrations/${integration}/initial-collection`, { body: wanted });
  await expect(200, 'GET', '/v1/jobs?limit=1&mode=initial&type=ads&status=completed&search=act');
  await expect(200, 'GET', `/v1/jobs?integration_id=${integration}`);
  await expect(200, 'POST', `/v1/jobs/${asked.jobs[0].id}/cancel`);
  await expect(409, 'POST', `/v1/jobs/${asked.jobs[0].id}/cancel`);
  const cancelled = await expect(200, 'GET', `/v1/jobs/${asked.jobs[0].id}`);
  await expect(200, 'POST', `/v1/jobs/${asked.jobs[0].id}/retry`);
  await finished(server, asked.jobs);
  await expect(409, 'POST', `/v1/chunks/${cancelled.chunks[0].id}/retry`);
  await expect(200, 'POST', '/v1/jobs/cancel?search=nothing');
  await expect(200, 'POST', '/v1/jobs/retry?search=nothing');
  await expect(404, 'POST', `/v1/chunks/${nobody}/retry`);
  await slowly();
  const last = await expect(202, 'POST', `/v1/integrations/${integration}/initial-collection`, { body: { ...wanted, until: day(-41) } });
  await expect(200, 'POST', `/v1/jobs/${last.jobs[0].id}/cancel`);
  const ended = await expect(200, 'GET', `/v1/jobs/${last.jobs[0].id}`);
  await expect(200, 'POST', `/v1/chunks/${ended.chunks[0].id}/retry`);
  await finished(server, last.jobs);
}

async function useSchedules() {
  await expect(200, 'GET', '/v1/schedules?limit=1');
  await expect(200, 'PATCH', `/v1/schedules/${schedule}`, { body: { cron: '0 6 * * 1-5', paused: false } });
  const run = await expect(202, 'POST', `/v1/schedules/${schedule}/run`);
  await finished(server, run.jobs);
}

async function useFigures() {
  for (const type of ['ads', 'demographics', 'creatives']) await expect(200, 'GET', `/v1/coverage?integration_id=${integration}&type=${type}`);
  for (const group of ['total', 'day', 'source', 'campaign', 'ad', 'gender', 'age']) {
    const type = ['gender', 'age'].includes(group) ? 'demographics' : 'ads';
    await expect(200, 'GET', `/v1/performance?integration_id=${integration}&type=${type}&since=${range.since}&until=${range.until}&group=${group}`);
  }
  await expect(200, 'GET', `/v1/performance?integration_id=${integration}&format=csv`);
  const creatives = await expect(200, 'GET', `/v1/creatives?integration_id=${integration}`);
  await expect(200, 'GET', `/v1/creatives?integration_id=${integration}&limit=1&ad_ids=${creatives.creatives[0].ad_id}`);
  const kept = creatives.creatives.find((one) => one.picture_url);
  await expect(200, 'GET', kept.picture_url);
  await expect(404, 'GET', `/v1/integrations/${integration}/pictures/none`);
  await expect(200, 'GET', '/v1/overview?span=day');
  await expect(200, 'GET', '/v1/freshness?limit=1');
  await expect(200, 'GET', `/v1/jobs/${jobs[0].id}/attempts`);
  await expect(200, 'GET', '/v1/queue');
}

// Figures that the platform restates, collected again, and taken back.
async function useHistory() {
  await simulator.post('/simulator/restate', { account: 'act_1', since: day(-3), until: day(-2), factor_percent: 150 });
  const again = await expect(202, 'POST', `/v1/integrations/${integration}/initial-collection`, { body: { since: day(-3), until: day(-2), types: ['ads'] } });
  await finished(server, again.jobs);
  const moved = await expect(200, 'GET', `/v1/coverage/history?integration_id=${integration}&type=ads&since=${day(-3)}&until=${day(-2)}`);
  assert.equal(moved.changes.length, 2);
  const before = await expect(200, 'GET', `/v1/performance?integration_id=${integration}&as_of=${encodeURIComponent(moved.changes[0].previous_as_of)}`);
  assert.equal(before.rows.length, 1);
  await expect(200, 'POST', '/v1/coverage/undo', { body: { integration_id: integration, attempt: moved.changes[0].attempt } });
  await expect(409, 'POST', '/v1/coverage/undo', { body: { integration_id: integration, attempt: nobody } });
  await expect(200, 'POST', '/v1/coverage/release', { body: { integration_id: integration, collection_type: 'ads' } });
}

async function useAccess() {
  const made = await expect(201, 'POST', '/v1/tokens', { body: { name: 'n', role: 'viewer', advertisers: ['Acme'], expires_at: null } });
  const viewer = { authorization: `Bearer ${made.token}` };
  await expect(200, 'GET', '/v1/tokens');
  await expect(200, 'GET', '/v1/session', { headers: viewer });
  await expect(403, 'GET', '/v1/tokens', { headers: viewer });
  await expect(403, 'POST', `/v1/jobs/${jobs[0].id}/retry`, { headers: viewer });
  await expect(204, 'POST', '/v1/session', { body: { token: made.token } });
  await expect(204, 'DELETE', '/v1/session');
  await expect(204, 'DELETE', `/v1/tokens/${made.id}`);
  await expect(401, 'GET', '/v1/jobs', { headers: viewer });
  await expect(401, 'POST', '/v1/session', { body: { token: made.token } });
  await expect(200, 'GET', '/v1/audit?limit=2');
}

async function useAlerts() {
  const channel = await expect(201, 'POST', '/v1/alert-channels', { body: { kind: 'webhook', target: 'http://127.0.0.1:9/hook' } });
  await expect(200, 'GET', '/v1/alert-channels');
  await expect(200, 'GET', '/v1/alerts?state=open');
  await expect(204, 'DELETE', `/v1/alert-channels/${channel.id}`);
}

async function useReplaced() {
  const days = { integration_id: integration, start_date: day(-30), end_date: day(-29) };
  const asked = await expect(202, 'POST', '/functions/v1/initial-collection', { body: days });
  await expect(200, 'GET', '/functions/v1/collection-worker');
  await finished(server, asked.jobs);
  const chunk = { integrationId: integration, collectionType: 'ads', startDate: day(-28), endDate: day(-28) };
  const one = await ask('POST', '/functions/v1/collect-ad-data', { body: chunk });
  assert.ok([200, 202].includes(one.status), one.text);
  await expect(200, 'GET', '/functions/v1/scheduler-worker');
}

async function usePlainPages() {
  for (const where of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']) await expect(200, 'GET', where);
  const stream = await fetch(`${server.url}/v1/events`, { headers: { authorization: `Bearer ${token}` } });
  const events = document.find('GET', '/v1/events');
  assert.equal(document.fault(events, stream.status, stream.headers.get('content-type'), ''), undefined);
  await stream.body.cancel();
}

// All that a caller could have written, as the API tells it.
async function written() {
  const parts = ['integrations', 'jobs?limit=200', 'tokens', 'schedules', 'alert-channels', 'audit?limit=200'];
  const all = await Promise.all(parts.map(async (part) => (await expect(200, 'GET', `/v1/${part}`)).json ?? ask('GET', `/v1/${part}`)));
  return all.map((one) => one.text.replace(/"last_used_at":"[^"]*"/g, ''));
}

function validBodies() {
  const days = { integration_id: integration, start_date: range.since, end_date: range.until };
  return {
    signIn: { token: 'adf_wrong' },
    addIntegration: newIntegration('act_3', { ...range, types: ['ads'], newest_first: true }),
    estimateIntegration: newIntegration('act_3', { ...range, types: ['ads'], newest_first: true }),
    dismissAccountOffer: { source: 'meta', account_id: 'act_3' },
    listAccounts: { source: 'meta', credentials: { access_token: accessToken } },
    changeIntegration: { paused: false, credentials: { access_token: accessToken } },
    estimateCollection: { ...range, types: ['ads'], newest_first: true },
    requestCollection: { ...range, types: ['ads'], newest_first: true },
    changeSchedule: { cron: '0 5 * * *', time_zone: 'Asia/Seoul', paused: false },
    undoCommit: { integration_id: integration, attempt: nobody },
    releaseDays: { integration_id: integration, collection_type: 'ads', ...range },
    createToken: { name: 'n', role: 'viewer', advertisers: ['Acme'], expires_at: '2099-01-01T00:00:00Z' },
    createAlertChannel: { kind: 'webhook', target: 'https://example.com/hook', secret: 's', advertisers: ['Acme'] },
    replacedInitialCollection: days,
    replacedCollectAdData: { ...days, collection_type: 'ads' },
  };
}

// The operation's path with things that exist, and its required query.
function target(operation) {
  const ids = { integrations: integration, jobs: jobs[0].id, chunks: nobody, schedules: schedule, tokens: nobody, 'alert-channels': nobody };
  const where = operation.template.replace('{id}', ids[operation.template.split('/')[2]]);
  const required = operation.parameters.filter((one) => one.in === 'query' && one.required);
  const query = required.map((one) => `${one.name}=${one.name === 'integration_id' ? integration : 'ads'}`);
  return { where, query };
}

function named(answer, name) {
  const fields = answer.json?.errors?.map((error) => error.field) ?? [];
  return fields.some((field) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`));
}

describe('the document', () => {
  test('every operation answers as the document says', async () => {
    for (const use of [useIntegrations, useJobs, useSchedules, useFigures, useHistory, useAccess, useAlerts, useReplaced, usePlainPages]) await use();
    const good = (operation) => [...operation.answered].some((status) => status < 300);
    assert.deepEqual(document.operations.filter((one) => !good(one)).map((one) => one.id), []);
  });

  test('without a token, and for an id that is none, every operation says so', async () => {
    for (const operation of document.operations) {
      const { where } = target(operation);
      if (operation.responses[401] && operation.id !== 'signIn') {
        await expect(401, operation.method, where, { headers: { authorization: '' } });
      }
      if (!operation.template.includes('{id}')) continue;
      for (const id of ['nonsense', "'%20OR%201=1--", '0'.repeat(5000), '%ff', nobody.replaceAll('-', '')]) {
        const spoiltPath = operation.template.replace('{id}', id);
        const answer = await ask(operation.method, spoiltPath, operation.method === 'GET' || operation.method === 'DELETE' ? {} : { body: {} });
        assert.ok([400, 404, 414, 422].includes(answer.status), `${operation.method} ${spoiltPath.slice(0, 80)}: ${answer.status}`);
      }
    }
  });

  test('a wrong, unknown or repeated parameter is told by its name', async () => {
    const faults = [];
    for (const operation of document.operations) {
      if (!operation.responses[422] || operation.id === 'signIn') continue;
      const { where, query } = target(operation);
      const asked = (more) => ask(operation.method, `${where}?${[...query.filter((one) => !more.startsWith(`${one.split('=')[0]}=`)), more].join('&')}`);
      for (const parameter of operation.parameters.filter((one) => one.in === 'query')) {
        const wrongs = parameter.name === 'cursor' ? ['nonsense', '%00', 'a'.repeat(3000)] : wrongQueries(parameter.schema);
        for (const wrong of wrongs) {
          
          const answer = await asked(`${parameter.name}=${wrong}`);
          const good = answer.status === 422 && named(answer, parameter.name);
          if (!good) faults.push(`${operation.id} ${parameter.name}=${wrong.slice(0, 60)}: ${answer.status} ${answer.text.slice(0, 200)}`);
        }
      }
      if (operation.method !== 'GET') continue;
      const unknown = await asked('colour=red');
      if (unknown.status !== 422 || !named(unknown, 'colour')) faults.push(`${operation.id} unknown: ${unknown.text.slice(0, 200)}`);
    }
    assert.deepEqual(faults, []);
  });

  test('every field of every body spoilt in every way is told by its name, and nothing is written', async () => {
    const bodies = validBodies();
    const faults = [];
    const before = await written();
    let tried = 0;
    for (const operation of document.operations.filter((one) => one.body && one.id !== 'signIn')) {
      const { where } = target(operation);
      const valid = bodies[operation.id];
      assert.ok(valid, `a body for ${operation.id}`);
      for (const [name, body] of spoilt(operation.body, valid)) {
        const answer = await ask(operation.method, where, { body });
        const good = answer.status === 422 && named(answer, name);
        if (!good) faults.push(`${operation.id} ${name} ${JSON.stringify(body).slice(0, 300)}: ${answer.status} ${answer.text.slice(0, 200)}`);
        ++tried;
      }
      for (const raw of ['', '{', 'null', '[]', '"text"', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), '['.repeat(50_000)]) {
        const answer = await ask(operation.method, where, { raw });
        assert.ok([400, 422].includes(answer.status), `${operation.id} ${String(raw).slice(0, 20)}: ${answer.status}`);
      }
    }
    assert.deepEqual(faults, []);
    assert.ok(tried > 400, `${tried} spoilt bodies`);
    assert.deepEqual(await written(), before);
  });

  test('a key of repetition that is too long is refused', async () => {
    for (const operation of document.operations.filter((one) => one.parameters.some((each) => each.name === 'Idempotency-Key'))) {
      const { where } = target(operation);
      const answer = await ask(operation.method, where, { body: validBodies()[operation.id], headers: { 'idempotency-key': 'x'.repeat(201) } });
      assert.equal(answer.status, 422, `${operation.id}: ${answer.text}`);
    }
  });

  test('no secret that was sent is in the log', async () => {
    await until('the log is there', () => fs.existsSync(path.join(folder, 'server.log')));
    const log = fs.readFileSync(path.join(folder, 'server.log'), 'utf8');
    for (const secret of [accessToken, token]) assert.ok(!log.includes(secret));
  });
});
