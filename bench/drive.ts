/**
 * The load and the receiver, in one process so that latencies are read off one clock. Both speak HTTP/1.1 over plain
 * sockets with ready-made bytes, to leave the cores to the server under test.
 */
import { once } from 'node:events';
import net from 'node:net';
import { type Mix, makeUpdates, workload } from './workload.ts';

export interface Receiver {
  readonly url: string;
  /** Webhooks received with an update's serial number, duplicates not counted. */
  received(): number;
  /** Further webhooks with a serial that had come already. */
  repeated(): number;
  /** Milliseconds (performance.now) of each serial's receipt; 0: not yet. */
  readonly at: Float64Array;
  waitFor(count: number): Promise<void>;
  close(): void;
}

const accepted = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok');
const headEnd = Buffer.from('\r\n\r\n');
/** Where v2 and v3 have it; in the others it comes early enough. */
const mark = Buffer.from('"StatusDescription":"');
const serialIn = /[a-z] \((\d+)\)/;

/** @param options.at of several receivers together; @param options.delayMs before each answer */
export async function startReceiver(
  serialsMax: number,
  { at = new Float64Array(serialsMax), delayMs = 0 }: { at?: Float64Array; delayMs?: number } = {},
): Promise<Receiver> {
  let received = 0;
  let repeated = 0;
  let waiting: { count: number; resolve: () => void } | null = null;

  function note(body: Buffer): void {
    const start = Math.max(0, body.indexOf(mark));
    // The newest checkpoint comes first in every version.
    const serial = Number(serialIn.exec(body.toString('latin1', start, start + 4096))?.[1]);
    if (!(serial < serialsMax)) return;
    if (at[serial] !== 0) {
      repeated++;
      return;
    }
    at[serial] = performance.now();
    received++;
    if (waiting !== null && received >= waiting.count) waiting.resolve();
  }

  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    eachMessage(socket, (body) => {
      if (delayMs === 0) socket.write(accepted);
      else setTimeout(() => socket.write(accepted), delayMs);
      note(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/hook`,
    received: () => received,
    repeated: () => repeated,
    at,
    waitFor(count) {
      return new Promise((resolve) => {
        if (received >= count) resolve();
        else waiting = { count, resolve };
      });
    },
    close: () => server.close(),
  };
}

export interface Load {
  /** Of one server or several on one store; the connections take them in turn. */
  readonly urls: readonly string[];
  /** Of one account or several, likewise. */
  readonly keys: readonly string[];
  readonly batch: boolean;
  /** Where not given, the workload's. */
  readonly connections?: number;
  /** Updates a second that are offered; as many as are answered, where not given. */
  readonly rate?: number;
  /** Where not given, over the workload's trackings. */
  readonly mix?: Mix;
  /** Gets the index of the key that each serial was sent with. */
  readonly keyOf?: Uint8Array;
  readonly updates: number;
  readonly firstSerial: number;
  readonly sentAt: Float64Array;
  readonly answeredAt: Float64Array;
}

/** Sends so many updates, each connection waiting for its answer before the next; resolves when all are answered. */
export async function sendLoad(load: Load): Promise<void> {
  const usual = load.batch ? workload.batchConnections : workload.singleConnections;
  const connections = load.connections ?? usual;
  const perRequest = load.batch ? workload.batchSize : 1;
  let serial = load.firstSerial;
  const last = load.firstSerial + load.updates;
  const startedAt = performance.now();
  const everyMs = load.rate === undefined ? 0 : (connections * perRequest * 1000) / load.rate;
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const keyIndex = connection % load.keys.length;
      const { hostname, port } = new URL(load.urls[connection % load.urls.length] as string);
      const next = makeUpdates({ connection, connections, mix: load.mix }, () => serial++);
      const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
      await once(socket, 'connect');
      await new Promise<void>((resolve, reject) => {
        let sent: [number, number] = [0, 0];
        let requests = 0;
        const send = () => {
          if (serial >= last) {
            socket.end();
            resolve();
            return;
          }
          const first = serial;
          const updates = Array.from({ length: Math.min(perRequest, last - serial) }, next);
          sent = [first, serial];
          const body = JSON.stringify({ updates });
          load.keyOf?.fill(keyIndex, first, serial);
          const now = performance.now();
          load.sentAt.fill(now, first, serial);
          socket.write(
            `POST /api/v1/updates HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${load.keys[keyIndex]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
          );
        };
        const sendInTime = () => {
          const dueAt = startedAt + (requests++ + connection / connections) * everyMs;
          if (load.rate === undefined || dueAt <= performance.now()) send();
          else setTimeout(send, dueAt - performance.now());
        };
        eachMessage(socket, (body, head) => {
          if (!head.startsWith('HTTP/1.1 200')) reject(new Error(`${head.split('\r\n')[0]} ${body}`));
          load.answeredAt.fill(performance.now(), sent[0], sent[1]);
          sendInTime();
        });
        socket.on('error', reject);
        sendInTime();
      });
    }),
  );
}

/** Calls back with the body of every HTTP message on the socket; messages have a content-length. */
function eachMessage(socket: net.Socket, onMessage: (body: Buffer, head: string) => void): void {
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const end = held.indexOf(headEnd);
      if (end === -1) return;
      const head = held.toString('latin1', 0, end);
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const total = end + 4 + length;
      if (held.length < total) return;
      const body = held.subarray(end + 4, total);
      held = held.subarray(total);
      onMessage(body, head);
    }
  });
}
