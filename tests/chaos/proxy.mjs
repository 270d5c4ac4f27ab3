// A wire between one process and PostgreSQL that can be cut in the middle of a message, or left half open: both sides
// think that they are connected, and nothing comes through.
import { once } from 'node:events';
import net from 'node:net';

export class Wire {
  static async to(port) {
    const wire = new Wire();
    wire.pairs = new Set();
    wire.silent = false;
    wire.cut = Infinity; // bytes that still come through
    wire.listening = net.createServer((client) => wire.connect(client, port));
    wire.listening.listen(0, '127.0.0.1');
    await once(wire.listening, 'listening');
    wire.port = wire.listening.address().port;
    return wire;
  }

  connect(client, port) {
    const server = net.connect(port, '127.0.0.1');
    const pair = { client, server };
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const [from, to] of [[client, server], [server, client]]) {
      from.setNoDelay(true);
      from.on('data', (bytes) => this.pass(bytes, to));
      from.on('error', end);
      from.on('close', () => { if (!this.silent) end(); });
    }
  }

  pass(bytes, to) {
    if (this.silent || to.destroyed) return;
    if (bytes.length <= this.cut) {
      this.cut -= bytes.length;
      to.write(bytes);
      return;
    }
    const last = bytes.subarray(0, this.cut);
    this.cut = Infinity;
    to.write(last, () => this.breakAll());
  }

  // Every connection ends when so many more bytes have passed, wherever in a message that is.
  cutAfter(bytes) {
    this.cut = bytes;
  }

  breakAll() {
    for (const { client, server } of this.pairs) {
      client.destroy();
      server.destroy();
    }
    this.pairs.clear();
  }

  dropAll() {
    this.silent = true;
  }

  // Connections that missed something are broken; new ones pass.
  heal() {
    this.cut = Infinity;
    if (this.silent) this.breakAll();
    this.silent = false;
  }

  close() {
    this.breakAll();
    this.listening.close();
  }
}
