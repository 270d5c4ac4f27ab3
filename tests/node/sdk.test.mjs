// Meta's own Node SDK against the platform simulator: what it sends is understood, what it gets is what it expects.
// SIMULATOR_URL names a running simulator; without it ADFILL_BINARY's own is started on a free port.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {after, before, test} from 'node:test';
import sdk from 'facebook-nodejs-business-sdk';

const {AdAccount, AdReportRun, FacebookAdsApi, FacebookAdsApiBatch} = sdk;
let url = process.env.SIMULATOR_URL;
let child;
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const range = {since: day(60), until: day(30)};
const fields = ['ad_id', 'impressions', 'clicks', 'spend', 'actions'];
const statuses = ['ACTIVE', 'PAUSED', 'DELETED', 'ARCHIVED', 'ADSET_PAUSED', 'CAMPAIGN_PAUSED', 'WITH_ISSUES'];
const everyStatus = [{field: 'ad.effective_status', operator: 'IN', value: statuses}];

const simulator = async (path, body) => {
  const answer = await fetch(`${url}/simulator/${path}`, body && {method: 'POST', body: JSON.stringify(body)});
  assert.equal(answer.status, 200);
  return answer.json();
};
const truth = (account, type) => simulator(`truth?account=${account}&since=${range.since}&until=${range.until}&type=${type}`);

// The names that money and counts have in the SDK's objects; spend is added up in hundredths, exactly.
const sum = (rows) =>
  rows.reduce(
    (total, row) => ({
      rows: total.rows + 1,
      impressions: total.impressions + Number(row.impressions ?? 0),
      clicks: total.clicks + Number(row.clicks ?? 0),
      cost: total.cost + Math.round(Number(row.spend) * 100),
    }),
    {rows: 0, impressions: 0, clicks: 0, cost: 0});
const exact = ({rows, impressions, clicks, cost}) => ({rows, impressions, clicks, cost: Math.round(Number(cost) * 100)});

const everyPage = async (cursor) => {
  const rows = [...cursor];
  while (cursor.hasNext()) {
    cursor = await cursor.next();
    rows.push(...cursor);
  }
  return rows;
};

// The first line of `adfill simulate` ends with where it listens.
const startSimulator = async () => {
  child = spawn(process.env.ADFILL_BINARY, ['simulate', '--source', 'meta', '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({input: child.stdout})) return line.match(/http:\/\/\S+/)[0];
  throw new Error('adfill simulate ended before it listened');
};

after(() => child?.kill());

before(async () => {
  url ??= await startSimulator();
  Object.defineProperty(FacebookAdsApi, 'GRAPH', {get: () => url, configurable: true});
  FacebookAdsApi.init(process.env.SIMULATOR_TOKEN ?? 'sdk-token', 'en_US', false);
});

test('an account is read', async () => {
  const account = await new AdAccount('act_501').read(['name', 'currency', 'timezone_name', 'account_status']);
  assert.equal(account.id, 'act_501');
  assert.equal(account.account_status, 1);
  assert.ok(account.timezone_name);
  const both = await AdAccount.getByIds(['501', '502'], ['name']);
  // The SDK takes what an id stands for as the object's id.
  assert.deepEqual(both.map((one) => one.id.id), ['act_501', 'act_502']);
  assert.ok(both.every((one) => one.id.name));
});

test('insights are paged to the end and add up to the truth', async () => {
  const params = {level: 'ad', time_range: range, time_increment: 1, limit: 100, filtering: everyStatus};
  const rows = await everyPage(await new AdAccount('act_501').getInsights(fields, params));
  assert.deepEqual(sum(rows), exact(await truth('act_501', 'ads')));
});

test('demographics by report add up to the truth', async () => {
  const params = {level: 'account', time_range: range, time_increment: 1, breakdowns: ['age', 'gender']};
  const account = new AdAccount('act_501');
  const made = await account.getInsightsAsync(['impressions', 'clicks', 'spend'], params);
  const run = new AdReportRun(null, {report_run_id: made.id});
  for (let turn = 0; turn < 500; ++turn) {
    await run.read(['async_status', 'async_percent_completion']);
    if (run.async_status === 'Job Completed' && run.async_percent_completion === 100) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  const rows = await everyPage(await run.getInsights([], {limit: 500}));
  assert.ok(rows.every((row) => row.age && row.gender && row.date_start === row.date_stop));
  assert.deepEqual(sum(rows), exact(await truth('act_501', 'demographics')));
});

test('ads come with their creatives', async () => {
  const creative = 'creative{id,title,body,object_story_spec,asset_feed_spec,image_hash,thumbnail_url}';
  const params = {limit: 10, effective_status: ['ACTIVE', 'PAUSED', 'ARCHIVED', 'ADSET_PAUSED', 'WITH_ISSUES']};
  const ads = await everyPage(await new AdAccount('act_501').getAds(['name', 'effective_status', creative], params));
  assert.equal(ads.length, (await truth('act_501', 'creatives')).rows);
  assert.ok(ads.every((ad) => ad.name && ad.creative.id && ad.creative.thumbnail_url));
  const picture = await fetch(ads[0].creative.thumbnail_url);
  assert.equal(picture.headers.get('content-type'), 'image/svg+xml');
});

test('videos of creatives are read in a batch, and what is no video is told by itself', async () => {
  const ads = await everyPage(await new AdAccount('act_501').getAds(['creative{video_id}'], {limit: 50}));
  const ids = ads.map((ad) => ad.creative.video_id).filter(Boolean);
  assert.ok(ids.length > 0);
  const batch = new FacebookAdsApiBatch(FacebookAdsApi.getDefaultApi());
  const answers = [];
  const keep = (answer) => answers.push(answer);
  for (const id of [...ids, '120500000000000000']) batch.add('GET', [id], {fields: 'source,permalink_url'}, null, keep, keep);
  assert.equal(await batch.execute(), null);
  for (const [index, id] of ids.entries()) {
    assert.equal(answers[index]._body.id, id);
    assert.match(answers[index]._body.source, /\.mp4\?oe=[0-9a-f]{8}$/);
    assert.ok(answers[index]._body.permalink_url);
  }
  assert.equal(answers.at(-1)._body.error.code, 100);
});

test('a batch answers in its order, and names what was not done', async () => {
  const batch = new FacebookAdsApiBatch(FacebookAdsApi.getDefaultApi());
  const answers = [];
  const keep = (answer) => answers.push(answer);
  batch.add('GET', ['act_501', 'insights'], {fields: 'impressions', time_range: range}, null, keep, keep);
  batch.add('GET', ['act_501'], {fields: 'nonsense'}, null, keep, keep);
  assert.equal(await batch.execute(), null);
  assert.equal(answers.length, 2);
  assert.equal(answers[0]._body.data.length, 1);
  assert.equal(answers[1]._body.error.code, 100);
  await simulator('fault', {kind: 'no_answer'});
  const again = new FacebookAdsApiBatch(FacebookAdsApi.getDefaultApi());
  again.add('GET', ['act_501'], {fields: 'name'});
  assert.notEqual(await again.execute(), null);
});

const failure = async (call) => {
  try {
    await call();
  } catch (error) {
    assert.equal(error.name, 'FacebookRequestError');
    return error;
  }
  return assert.fail('the call should have been refused');
};

test('an unknown field is refused', async () => {
  const error = await failure(() => new AdAccount('act_501').getInsights(['clickz'], {}));
  assert.equal(error.status, 400);
  assert.equal(error.response.code, 100);
});

test('a throttled account is told how long to wait', async () => {
  await simulator('fault', {kind: 'throttle', seconds: 2, account: 'act_503'});
  const error = await failure(() => new AdAccount('act_503').read(['name']));
  assert.equal(error.response.code, 17);
  assert.equal(error.response.error_subcode, 2446079);
  const usage = JSON.parse(error.headers['x-ad-account-usage'] ?? error.headers.get('x-ad-account-usage'));
  assert.equal(usage.acc_id_util_pct, 100);
  assert.ok(usage.reset_time_duration > 0 && usage.reset_time_duration <= 2);
  const other = await new AdAccount('act_501').read(['name']);
  assert.ok(other.name);
});

test('any error that is asked for comes as the SDK knows errors', async () => {
  for (const [code, subcode, status] of [[190, 460, 400], [200, 0, 403], [80004, 2446079, 400], [2635, 0, 400], [1, 99, 500]]) {
    await simulator('fault', {kind: 'error', code, subcode, status, on: 'account', message: `(#${code}) words`});
    const error = await failure(() => new AdAccount('act_501').read(['name']));
    assert.deepEqual([error.status, error.response.code, error.response.error_subcode ?? 0], [status, code, subcode]);
    assert.equal(error.message, `(#${code}) words`);
    assert.ok(error.response.fbtrace_id);
  }
});

test('a report that fails tells why since v25, and not before', async () => {
  const reasons = async (version) => {
    const usual = FacebookAdsApi.VERSION;
    Object.defineProperty(FacebookAdsApi, 'VERSION', {get: () => version, configurable: true});
    await simulator('fault', {kind: 'report_failed', code: 100, subcode: 1487534, user_message: 'Ask for less'});
    const made = await new AdAccount('act_501').getInsightsAsync(['impressions'], {time_range: range});
    const run = new AdReportRun(null, {report_run_id: made.id});
    do await run.read([]);
    while (run.async_status !== 'Job Failed');
    Object.defineProperty(FacebookAdsApi, 'VERSION', {get: () => usual, configurable: true});
    return [run._data.error_code, run._data.error_subcode, run._data.error_user_msg];
  };
  assert.deepEqual(await reasons('v25.0'), [100, 1487534, 'Ask for less']);
  assert.deepEqual(await reasons('v24.0'), [undefined, undefined, undefined]);
});

test('a batch of more than fifty is refused as a whole', async () => {
  const batch = new FacebookAdsApiBatch(FacebookAdsApi.getDefaultApi());
  for (let call = 0; call < 51; ++call) batch.add('GET', ['act_501'], {fields: 'name'});
  const error = await failure(() => batch.execute());
  assert.equal(error.status, 400);
  assert.match(error.message, /Maximum batch size is 50/);
});

test('an expired token is refused as such', async () => {
  FacebookAdsApi.init('expired', 'en_US', false);
  const error = await failure(() => new AdAccount('act_501').read(['name']));
  assert.equal(error.response.code, 190);
  assert.equal(error.response.error_subcode, 463);
});
