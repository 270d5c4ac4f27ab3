// What must hold at every moment, asked of the database by plain SQL, past adfill's own code. Each query gives the rows that break it.
import assert from 'node:assert/strict';

const receipts = (type, table) => `
  SELECT c.account_id, c.date, c.rows, count(p.id) FROM collection_coverage c
  LEFT JOIN ${table} p ON p.advertiser_id = c.advertiser_id AND p.source = c.source AND p.account_id = c.account_id AND p.date = c.date
    AND p.absent_since IS NULL
  WHERE c.collection_type = '${type}'
  GROUP BY c.integration_id, c.collection_type, c.date, c.advertiser_id
  HAVING c.rows <> count(p.id) OR c.impressions <> coalesce(sum(p.impressions), 0) OR c.clicks <> coalesce(sum(p.clicks), 0)
    OR c.cost <> coalesce(sum(p.cost), 0)`;

const unreceipted = (type, table) => `
  SELECT DISTINCT p.account_id, p.date FROM ${table} p
  WHERE NOT EXISTS (SELECT 1 FROM collection_coverage c WHERE c.advertiser_id = p.advertiser_id AND c.source = p.source
    AND c.account_id = p.account_id AND c.collection_type = '${type}' AND c.date = p.date)`;

const always = {
  '1: the rows of a day of ads are what its receipt says': receipts('ads', 'ad_performance'),
  '1: the rows of a day of demographics are what its receipt says': receipts('demographics', 'ad_performance_demographics'),
  '1: no rows of ads without a receipt': unreceipted('ads', 'ad_performance'),
  '1: no rows of demographics without a receipt': unreceipted('demographics', 'ad_performance_demographics'),
  '1: a completed chunk has all of its days': `
    SELECT q.id FROM collection_queue q JOIN collection_jobs j ON j.id = q.job_id
    WHERE q.status = 'completed' AND q.notice IS NULL AND q.collection_type <> 'creatives'
      AND (SELECT count(*) FROM collection_coverage c WHERE c.integration_id = q.integration_id AND c.collection_type = q.collection_type
             AND c.date BETWEEN q.start_date AND q.end_date AND c.asked > j.asked) <> q.end_date - q.start_date + 1`,
  '2: only chunks that are being worked on have a token': `
    SELECT r.chunk_id, q.status FROM released_chunks r JOIN collection_queue q ON q.id = r.chunk_id
    WHERE r.token IS NOT NULL AND q.status <> 'processing'`,
  '3: counters are the counts of the chunks': `
    SELECT j.id, j.chunks_total, j.chunks_completed, j.chunks_failed FROM collection_jobs j LEFT JOIN collection_queue q ON q.job_id = j.id
    GROUP BY j.id HAVING j.chunks_total <> count(q.id) OR j.chunks_completed <> count(*) FILTER (WHERE q.status = 'completed')
      OR j.chunks_failed <> count(*) FILTER (WHERE q.status = 'failed')`,
  '4: a job is final exactly when its chunks are, and says how they ended': `
    SELECT j.id, j.status FROM collection_jobs j
    WHERE CASE WHEN EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = j.id AND q.status IN ('pending', 'processing'))
      THEN j.status NOT IN ('pending', 'running')
      ELSE j.status NOT IN ('completed', 'partial', 'failed', 'cancelled') OR (j.status = 'completed' AND j.chunks_failed > 0)
        OR (j.status = 'partial' AND (j.chunks_failed = 0 OR j.chunks_completed = 0)) OR (j.status = 'failed' AND j.chunks_completed > 0) END`,
  '6: nothing was removed without proof': `
    SELECT DISTINCT d.integration_id, d.date, c.difference FROM row_changes r JOIN day_changes d ON d.id = r.change_id
    JOIN collection_coverage c ON c.integration_id = d.integration_id AND c.collection_type = d.collection_type AND c.date = d.date AND c.asked = d.asked
    WHERE r.change = 'removed' AND (c.platform_impressions IS DISTINCT FROM c.impressions OR c.platform_clicks IS DISTINCT FROM c.clicks
      OR c.difference NOT IN ('none', 'rounding'))`,
  '7: a chunk that is being worked on has a token': `
    SELECT q.id FROM collection_queue q WHERE q.status = 'processing'
      AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = q.id AND r.token IS NOT NULL)`,
  '7: no account with pending chunks has an empty window': `
    SELECT q.integration_id, count(*) FROM collection_queue q JOIN collection_jobs j ON j.id = q.job_id
    WHERE q.status = 'pending' AND j.status IN ('pending', 'running')
      AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.integration_id = q.integration_id)
    GROUP BY q.integration_id`,
};

const atRest = {
  '7: nothing is being worked on': "SELECT id FROM collection_queue WHERE status IN ('pending', 'processing')",
  '7: nothing is released': 'SELECT chunk_id FROM released_chunks',
  '4: no job is open': "SELECT id FROM collection_jobs WHERE status IN ('pending', 'running')",
};

// All in one transaction, so that all speak of one moment.
async function broken(database, queries) {
  const names = Object.keys(queries);
  const parts = names.map((name, index) => `SELECT ${index}, to_jsonb(found)::text FROM (${queries[name]}) found`);
  const rows = await database.ask(parts.join('\nUNION ALL\n'));
  return rows.map(([index, found]) => `${names[Number(index)]}: ${found}`);
}

// `newest` remembers the highest number of each day between two looks.
export async function checkAlways(database, newest) {
  assert.deepEqual(await broken(database, always), []);
  for (const [integration, type, date, asked] of await database.ask('SELECT integration_id, collection_type, date, asked FROM collection_coverage')) {
    if (type === 'creatives') continue;
    const key = `${integration} ${type} ${date}`;
    assert.ok(Number(asked) >= (newest.get(key) ?? 0), `5: ${key} went back from snapshot ${newest.get(key)} to ${asked}`);
    newest.set(key, Number(asked));
  }
}

export async function checkAtRest(database) {
  assert.deepEqual(await broken(database, atRest), []);
}

const tables = { ads: 'ad_performance', demographics: 'ad_performance_demographics' };

// Spans of the days that the account has, each compared by itself: sums that are right only over the whole would not do.
async function checkFigures(database, simulator, account, days, type) {
  const span = 10;
  const stored = (await database.ask(`SELECT date, impressions, clicks, cost * 1000000 FROM ${tables[type]} WHERE account_id = '${account}' AND absent_since IS NULL`))
    .map(([date, ...figures]) => [days.indexOf(date), ...figures.map((text) => BigInt(text.split('.')[0]))]);
  assert.deepEqual(stored.filter(([day]) => day < 0), [], `${account} has ${type} of no other days`);
  for (let first = 0; first < days.length; first += span) {
    const last = Math.min(first + span, days.length) - 1;
    const truth = await simulator.get(`/simulator/truth?account=${account}&since=${days[first]}&until=${days[last]}&type=${type}`);
    const here = stored.filter(([day]) => day >= first && day <= last);
    const sum = (column) => here.reduce((total, row) => total + row[column], 0n);
    const [whole, decimals = ''] = truth.cost.split('.');
    assert.deepEqual({ rows: here.length, impressions: sum(1), clicks: sum(2), micros: sum(3) },
      { rows: truth.rows, impressions: BigInt(truth.impressions), clicks: BigInt(truth.clicks), micros: BigInt(whole + decimals.padEnd(6, '0')) },
      `${account} ${type} ${days[first]} to ${days[last]}`);
  }
}

// All days of the account are what the platform says, each from a snapshot newer than the last job that covers it.
export async function checkAgainstTruth(database, simulator, account, days) {
  for (const type of Object.keys(tables)) await checkFigures(database, simulator, account, days, type);
  const listed = await simulator.get(`/simulator/truth?account=${account}&type=creatives`);
  const [[creatives]] = await database.ask(`SELECT count(*) FROM ad_creatives WHERE account_id = '${account}' AND absent_since IS NULL`);
  assert.equal(Number(creatives), listed.rows, `${account} creatives`);
  const stale = await database.ask(`
    SELECT c.collection_type, c.date FROM collection_coverage c CROSS JOIN LATERAL (
      SELECT max(j.asked) AS asked FROM collection_jobs j WHERE j.integration_id = c.integration_id AND j.collection_type = c.collection_type
        AND j.status = 'completed' AND c.date BETWEEN j.start_date AND j.end_date) last
    WHERE c.account_id = '${account}' AND c.collection_type <> 'creatives' AND c.asked <= last.asked`);
  assert.deepEqual(stale, [], '5: every day has a snapshot newer than the last job that covers it');
}
