// Alerts by e-mail through a mail server that wants a name and a password: they go over TLS, or not at all.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { test } from 'node:test';
import { addIntegration, call, freshFolder, startServer, startSimulator, until } from './adfill.mjs';

const user = 'adfill-mailer';
const password = 'Gehe1mnis-of-the-mail';
const isRoot = process.getuid() === 0;

function makeCertificate(folder) {
  const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=mail', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', certificate, '-keyout', key], { stdio: 'ignore' });
  return { cert: fs.readFileSync(certificate), key: fs.readFileSync(key), certificate };
}

// A mail server of a few words. It keeps what it was told before and after the connection was encrypted, and mails.
async function startMailServer({ identity, offersTls }) {
  const told = { clear: '', encrypted: '', mails: [] };
  const talk = (socket, encrypted) => {
    let buffer = '';
    let isMail = false;
    let isSecret = false;
    const say = (line) => socket.write(`${line}\r\n`);
    const hear = (line) => {
      told[encrypted ? 'encrypted' : 'clear'] += `${line}\n`;
      if (/^EHLO/i.test(line)) {
        say('250-mail.test');
        if (offersTls && !encrypted) say('250-STARTTLS');
        return say('250 AUTH PLAIN');
      }
      if (/^STARTTLS/i.test(line)) {
        say('220 go ahead');
        socket.removeAllListeners('data');
        const secure = new tls.TLSSocket(socket, { isServer: true, secureContext: tls.createSecureContext(identity) });
        secure.on('error', () => {});
        return talk(secure, true);
      }
      if (isSecret) {
        isSecret = false;
        return say(Buffer.from(line, 'base64').toString() === `\0${user}\0${password}` ? '235 welcome' : '535 no');
      }
      if (/^AUTH PLAIN$/i.test(line)) {
        isSecret = true;
        return say('334 ');
      }
      if (/^DATA/i.test(line)) {
        isMail = true;
        return say('354 go on');
      }
      if (/^QUIT/i.test(line)) return socket.end('221 bye\r\n');
      say('250 ok');
    };
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      buffer += bytes;
      for (;;) {
        const end = buffer.indexOf(isMail ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const piece = buffer.slice(0, end);
        buffer = buffer.slice(end + (isMail ? 5 : 2));
        if (isMail) {
          isMail = false;
          told.mails.push(piece);
          say('250 taken');
        } else {
          hear(piece);
        }
      }
    });
  };
  const server = net.createServer((socket) => {
    talk(socket, false);
    socket.write('220 mail.test ESMTP\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  told.port = server.address().port;
  told.close = () => server.close();
  return told;
}

// An account whose credentials end in two days is an alert; `trusted`: the certificate that this adfill's machine trusts.
async function serveWithMail(t, mail, folder, trusted) {
  const simulator = await startSimulator({ ads: 1, days: 3, 'token-days': 2 });
  t.after(() => simulator.stop());
  const bundle = '/etc/ssl/certs/ca-certificates.crt';
  const under = trusted && ['unshare', '-m', 'sh', '-c', `mount --bind "${trusted}" ${bundle} && exec "$@"`, 'sh'];
  const server = await startServer(simulator, folder, {
    under,
    env: {
      ADFILL_ALERT_SECONDS: '0.2',
      ADFILL_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      ADFILL_SMTP_FROM: 'adfill@example.com',
      ADFILL_SMTP_USER: user,
      ADFILL_SMTP_PASSWORD: password,
    },
  });
  t.after(async () => {
    await server.stop();
    mail.close();
  });
  const channel = await call(server, 'POST', '/v1/alert-channels', { kind: 'email', target: 'ads@example.com' });
  assert.equal(channel.status, 201, channel.text);
  assert.equal((await addIntegration(server, 'act_1', null)).status, 201);
  return server;
}

async function reasonOf(server) {
  return until('the delivery has failed', async () => (await call(server, 'GET', '/v1/alert-channels')).json.alert_channels[0].last_error);
}

function assertNoPassword(folder, told) {
  assert.ok(!fs.readFileSync(path.join(folder, 'server.log'), 'utf8').includes(password));
  const encoded = Buffer.from(`\0${user}\0${password}`).toString('base64');
  for (const secret of [password, encoded, Buffer.from(password).toString('base64')]) assert.ok(!told.clear.includes(secret), told.clear);
}

test('with STARTTLS the name and the password are told once the connection is encrypted, and the mail goes', { skip: !isRoot && 'needs root, to trust a certificate of its own' }, async (t) => {
  const folder = freshFolder();
  const identity = makeCertificate(folder);
  const mail = await startMailServer({ identity, offersTls: true });
  const server = await serveWithMail(t, mail, folder, identity.certificate);
  await until(`a mail comes\n${mail.clear}\n${mail.encrypted}`, () => mail.mails.length > 0);
  assert.match(mail.clear, /STARTTLS/);
  assert.match(mail.encrypted, /AUTH PLAIN/);
  assert.match(mail.encrypted, /MAIL FROM:<adfill@example\.com>/);
  assert.doesNotMatch(mail.clear, /AUTH|MAIL FROM/);
  assert.match(mail.mails[0], /To: <ads@example\.com>/);
  assertNoPassword(folder, mail);
  await until('the channel tells it', async () => (await call(server, 'GET', '/v1/alert-channels')).json.alert_channels[0].delivered_at);
});

test('a server that can only be talked to in clear gets no password and no mail, and the channel says why', async (t) => {
  const folder = freshFolder();
  const mail = await startMailServer({ offersTls: false });
  const server = await serveWithMail(t, mail, folder);
  const reason = await reasonOf(server);
  assert.match(reason, /STARTTLS|SSL|TLS/i);
  assert.ok(!reason.includes(password));
  assert.doesNotMatch(mail.clear, /AUTH|MAIL FROM/);
  assert.equal(mail.mails.length, 0);
  assertNoPassword(folder, mail);
});

test('a certificate that nobody trusts gets no password and no mail', async (t) => {
  const folder = freshFolder();
  const mail = await startMailServer({ identity: makeCertificate(folder), offersTls: true });
  const server = await serveWithMail(t, mail, folder);
  assert.match(await reasonOf(server), /certificate/i);
  assert.equal(mail.encrypted, '');
  assert.equal(mail.mails.length, 0);
  assertNoPassword(folder, mail);
});
