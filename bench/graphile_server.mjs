// graphile-worker's addJob behind an HTTP server in a process of its own: a POST of JSON becomes a job, then it is
// answered.   node graphile_server.mjs URL
import http from 'node:http';
import { makeWorkerUtils } from 'graphile-worker';

const utils = await makeWorkerUtils({ connectionString: process.argv[2] });
await utils.migrate();
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (bytes) => { body += bytes; }).on('end', async () => {
    const { id } = await utils.addJob('nothing', JSON.parse(body));
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ id }));
  });
});
process.on('disconnect', () => process.exit());
process.on('message', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
