// Every answer that the tests of the API got, refusals and odd states included, has a status, a content type and a shape that the
// document names: build/release/test_api writes down what it was answered, a line each.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { binary, freshFolder, startServer, startSimulator } from '../end_to_end/adfill.mjs';
import { Document } from './document.mjs';

async function readDocument(folder) {
  const simulator = await startSimulator({ ads: 1, days: 1 });
  const server = await startServer(simulator, folder);
  const text = await (await fetch(`${server.url}/openapi.json`)).json();
  await server.stop();
  await simulator.stop();
  return new Document(text);
}

test('every answer that the tests of the API got is as the document says', async () => {
  const folder = freshFolder();
  const document = await readDocument(folder);
  const file = path.join(folder, 'answers');
  execFileSync(path.join(path.dirname(binary), 'test_api'), { env: { ...process.env, ADFILL_RECORD_ANSWERS: file } });
  const answers = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  fs.rmSync(folder, { recursive: true });
  const faults = new Set();
  const seen = new Set();
  let held = 0;
  for (const { method, target, status, type, body } of answers) {
    const operation = document.find(method, target.split('?')[0]);
    if (!operation) {
      const isApi = /^\/(v1|functions)\//.test(target);
      if (isApi && ![401, 404, 405].includes(status)) faults.add(`${method} ${target}: ${status}, and the document does not know it`);
      continue;
    }
    const fault = document.fault(operation, status, type, body);
    if (fault) faults.add(`${method} ${operation.template} ${status}: ${fault}`);
    seen.add(`${operation.id} ${status}`);
    held += 1;
  }
  assert.deepEqual([...faults], []);
  assert.ok(held > 1000 && seen.size > 150, `${held} answers of ${seen.size} kinds were held against the document`);
});
