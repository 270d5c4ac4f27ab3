// Hosts of their own: network namespaces of Linux, each on a cable to this machine that can be pulled out. Needs root.
import { execFileSync } from 'node:child_process';

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

// Why there can be none here; undefined when there can.
export function whyNoHosts() {
  if (process.getuid() !== 0) return 'needs root, for network namespaces; cut_off.test.mjs shows the same through a proxy';
  try {
    const probe = `adfill-${process.pid}-probe`;
    ip('netns', 'add', probe);
    ip('netns', 'del', probe);
  } catch (error) {
    return `network namespaces can't be made here (${String(error.stderr ?? error.message).trim()}); cut_off.test.mjs shows the same through a proxy`;
  }
  return undefined;
}

export class Host {
  // `index` below 60, a different one for each host of a process.
  constructor(index) {
    this.space = `adfill-${process.pid}-${index}`;
    this.cable = `af${process.pid}x${index}`;
    const network = `10.${100 + ((process.pid >> 8) % 100)}.${process.pid & 255}`;
    this.gateway = `${network}.${4 * index + 1}`; // this machine, as the host sees it
    ip('netns', 'add', this.space);
    ip('link', 'add', this.cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.space);
    ip('addr', 'add', `${this.gateway}/30`, 'dev', this.cable);
    ip('link', 'set', this.cable, 'up');
    ip('-n', this.space, 'addr', 'add', `${network}.${4 * index + 2}/30`, 'dev', 'eth0');
    ip('-n', this.space, 'link', 'set', 'eth0', 'up');
    ip('-n', this.space, 'link', 'set', 'lo', 'up');
  }

  // What stands before a command so that it runs there.
  get under() {
    return ['ip', 'netns', 'exec', this.space];
  }

  pullOut() {
    ip('link', 'set', this.cable, 'down');
  }

  plugIn() {
    ip('link', 'set', this.cable, 'up');
  }

  remove() {
    ip('netns', 'del', this.space); // the cable goes with it
  }
}
