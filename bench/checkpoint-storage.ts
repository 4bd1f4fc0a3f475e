/**
 * Measured before the first migration: are checkpoints rows of their own, or one JSON blob in the tracking's row?
 * Each round loads a random tracking as the pipeline needs it, adds one checkpoint and writes it back, 64 a
 * transaction, `synchronous=FULL`. Both layouts hold the same facts. Decision record 0003 quotes the figures.
 *
 *     node bench/checkpoint-storage.ts [trackings] [checkpoints each] [updates]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [trackings = 50_000, checkpointsEach = 8, updates = 40_000] = process.argv.slice(2).map(Number);
const perTransaction = 64;

interface Scan {
  key: string;
  side: string;
  wall: string;
  at: number;
  description: string;
  location: string;
  status: string;
  substatus: string;
  revision: number;
}

function scan(tracking: number, index: number): Scan {
  const minute = String(index % 60).padStart(2, '0');
  return {
    key: `o:2026-01-02 10:${minute}:${index}`,
    side: 'origin',
    wall: `2026-01-02 10:${minute}`,
    at: 1_767_348_000_000 + index * 60_000,
    description: `The item ${tracking} has arrived at the processing centre of the region, step ${index}`,
    location: 'Gothenburg, Sweden',
    status: 'transit',
    substatus: 'transit001',
    revision: index + 1,
  };
}

interface Layout {
  readonly schema: string;
  open(database: DatabaseSync): {
    insert(id: string, number: number): void;
    update(id: string, number: number): void;
  };
}

const trackingColumns = 'account text, id text, number text, status text, revision integer, updated integer';

const rows: Layout = {
  schema: `create table tracking (${trackingColumns}, primary key (account, id)) without rowid;
    create table checkpoint (account text, tracking text, at integer, key text, side text, wall text, description text,
      location text, status text, substatus text, revision integer, primary key (account, tracking, at, key)) without rowid;`,
  open(database) {
    const put = database.prepare('insert into tracking values (?,?,?,?,?,?)');
    const add = database.prepare('insert into checkpoint values (?,?,?,?,?,?,?,?,?,?,?)');
    const get = database.prepare('select * from tracking where account=? and id=?');
    const all = database.prepare('select * from checkpoint where account=? and tracking=? order by at');
    const set = database.prepare(
      'update tracking set status=?, revision=?, updated=? where account=? and id=? and revision=?',
    );
    const write = (id: string, s: Scan) =>
      add.run(
        'acc',
        id,
        s.at,
        s.key,
        s.side,
        s.wall,
        s.description,
        s.location,
        s.status,
        s.substatus,
        s.revision,
      );
    return {
      insert(id, number) {
        put.run('acc', id, `N${number}`, 'transit', checkpointsEach, 1);
        for (let index = 0; index < checkpointsEach; index++) write(id, scan(number, index));
      },
      update(id, number) {
        const tracking = get.get('acc', id) as { revision: number };
        const scans = all.all('acc', id) as unknown as Scan[];
        write(id, scan(number, scans.length));
        set.run('transit', tracking.revision + 1, 2, 'acc', id, tracking.revision);
      },
    };
  },
};

const blob: Layout = {
  schema: `create table tracking (${trackingColumns}, checkpoints text, primary key (account, id)) without rowid;`,
  open(database) {
    const put = database.prepare('insert into tracking values (?,?,?,?,?,?,?)');
    const get = database.prepare('select * from tracking where account=? and id=?');
    const set = database.prepare(
      'update tracking set status=?, revision=?, updated=?, checkpoints=? where account=? and id=? and revision=?',
    );
    return {
      insert(id, number) {
        const scans = Array.from({ length: checkpointsEach }, (_, index) => scan(number, index));
        put.run('acc', id, `N${number}`, 'transit', checkpointsEach, 1, JSON.stringify(scans));
      },
      update(id, number) {
        const tracking = get.get('acc', id) as { revision: number; checkpoints: string };
        const scans = JSON.parse(tracking.checkpoints) as Scan[];
        scans.push(scan(number, scans.length));
        set.run('transit', tracking.revision + 1, 2, JSON.stringify(scans), 'acc', id, tracking.revision);
      },
    };
  },
};

const blobWithRowid: Layout = { ...blob, schema: blob.schema.replace(' without rowid', '') };

function measure(name: string, layout: Layout): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-bench-'));
  const database = new DatabaseSync(path.join(folder, 'x.db'));
  database.exec('pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-65536;');
  database.exec(layout.schema);
  const { insert, update } = layout.open(database);
  const id = (number: number) => `trk_${number.toString(16).padStart(32, '0')}`;
  database.exec('begin immediate');
  for (let number = 0; number < trackings; number++) insert(id(number), number);
  database.exec('commit; pragma wal_checkpoint(truncate);');
  const size = statSync(path.join(folder, 'x.db')).size;
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let done = 0; done < updates; done += perTransaction) {
    database.exec('begin immediate');
    for (let index = 0; index < perTransaction; index++) {
      const number = (Math.imul(done + index, 2_654_435_761) >>> 0) % trackings;
      update(id(number), number);
    }
    database.exec('commit');
  }
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  console.log(
    `${name.padEnd(18)} ${Math.round(updates / seconds)
      .toString()
      .padStart(7)} updates/s   ` +
      `${((used.user + used.system) / updates).toFixed(1)} µs CPU/update   ${(size / trackings).toFixed(0)} bytes/tracking`,
  );
  database.close();
  rmSync(folder, { recursive: true });
}

console.log(
  `${trackings} trackings of ${checkpointsEach} checkpoints, ${updates} updates, ${perTransaction} a transaction`,
);
for (let round = 0; round < 2; round++) {
  measure('rows', rows);
  measure('blob, no rowid', blob);
  measure('blob, rowid', blobWithRowid);
}
