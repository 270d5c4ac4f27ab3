// What adfill hands to shells and to man is taken by them: asked as a user's shell asks.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { binary } from './adfill.mjs';

const scriptFor = (shell) => execFileSync(binary, ['completion', shell], { encoding: 'utf8' });

// What bash would offer behind these words; the last one is being typed.
function offered(...words) {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `set -u; source <(cat); COMP_WORDS=(adfill ${quoted}); COMP_CWORD=${words.length}; _adfill; printf '%s\\n' "\${COMPREPLY[@]-}"`;
  const ran = spawnSync('bash', ['--norc', '-c', script], { input: scriptFor('bash'), encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stderr, '');
  return ran.stdout.split('\n').filter((word) => word !== '');
}

test('bash takes the completion, and completes commands, those below them, and flags', () => {
  const parsed = spawnSync('bash', ['-n'], { input: scriptFor('bash'), encoding: 'utf8' });
  assert.deepEqual([parsed.status, parsed.stderr], [0, '']);
  assert.deepEqual(offered('se').sort(), ['secrets', 'serve']);
  assert.deepEqual(offered('integration', 'u'), ['update']);
  assert.deepEqual(offered('worker', '--metrics'), ['--metrics-listen']);
  assert.deepEqual(offered('worker', '--listen'), []);
  // A flag and its value lead to no other command.
  assert.deepEqual(offered('backfill', '--integration', 'worker', '--until'), ['--until']);
  assert.deepEqual(offered('alert', 'channel', '').sort(), ['--help', 'add', 'list', 'remove']);
  const registered = spawnSync('bash', ['--norc', '-c', 'source <(cat); complete -p adfill'], { input: scriptFor('bash'), encoding: 'utf8' });
  assert.match(registered.stdout, /complete -o default -F _adfill adfill/);
});

// What zsh would offer: the words that the completion adds, without zsh's own choice among them.
function offeredByZsh(...words) {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `compdef() { : }; compadd() { shift; print -l -- "$@" }; _files() { : }
    source <(cat); words=(adfill ${quoted}); CURRENT=${words.length + 1}; _adfill`;
  const ran = spawnSync('zsh', ['-f', '-c', script], { input: scriptFor('zsh'), encoding: 'utf8' });
  assert.deepEqual([ran.status, ran.stderr], [0, '']);
  return ran.stdout.split('\n').filter((word) => word !== '');
}

test('zsh takes the completion, and completes commands, those below them, and flags', () => {
  const parsed = spawnSync('zsh', ['-n'], { input: scriptFor('zsh'), encoding: 'utf8' });
  assert.deepEqual([parsed.status, parsed.stderr], [0, '']);
  assert.ok(offeredByZsh('s').includes('serve'));
  assert.deepEqual(offeredByZsh('integration', ''), ['add', 'list', 'update', 'remove', '--help']);
  // A flag and its value lead to no other command.
  assert.ok(offeredByZsh('backfill', '--integration', 'worker', '--u').includes('--until'));
});

test('an unknown shell is wrong usage', () => {
  assert.equal(spawnSync(binary, ['completion', 'fish']).status, 2);
});

test('the manual page renders without a warning, with every command in it', () => {
  const page = execFileSync(binary, ['man'], { encoding: 'utf8' });
  const rendered = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], { input: page, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  assert.deepEqual([rendered.status, rendered.stderr], [0, '']);
  const help = execFileSync(binary, ['--help'], { encoding: 'utf8' });
  const commands = [...help.slice(help.indexOf('Subcommands:')).matchAll(/^ {2}([a-z-]+) {2}/gm)].map((match) => match[1]);
  assert.ok(commands.length > 15, help);
  for (const command of commands) assert.match(rendered.stdout, new RegExp(`^ +adfill ${command}$`, 'm'), command);
  assert.match(rendered.stdout, /--new-key-file/);
  // Nothing of the markup is left in what people read.
  assert.doesNotMatch(rendered.stdout, /^\.(SS|TP|PP|nf|fi|B)\b|\\[-ef&]/m);
});
