/**
 * What befalls the processes and their database. Each disaster takes a member that nothing else befalls just now, and ends
 * with everything running again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../../test/support/postgres.ts';
import { pick } from '../dice.ts';
import type { Fleet, Member } from './fleet.ts';

export interface Scene {
  readonly fleet: Fleet;
  readonly cluster: Pick<Cluster, 'halt' | 'start'>;
  readonly leaseMs: number;
  random(): number;
  isDatabaseAway: boolean;
}

export type Disaster = (scene: Scene) => Promise<void>;

/** Longer than a take-over may last: what is quiet for so long can be timed. */
const pastLease = (leaseMs: number) => 1.25 * leaseMs;

/** Longer than what a process may have under way at its end (20 s) takes, and the end of that. */
const endMsMax = 40_000;

export const disasters = {
  /** SIGKILL; half of the time it is back before its lease ends, and has to wait for it like the others. */
  async killed({ fleet, leaseMs, random }) {
    await upon(fleet, random, async (member) => {
      const quiet = pause(pastLease(leaseMs));
      await died(fleet, member);
      if (random() < 0.5) await pause(random() * pastLease(leaseMs));
      await member.restart();
      await quiet;
    });
  },
  /** Its machine is gone: it is dead, and its connections do not end at the database, which knows nothing of it. */
  async vanished({ fleet, leaseMs, random }) {
    await upon(fleet, random, async (member) => {
      member.link.hold();
      await died(fleet, member, 'vanished');
      await pause(pastLease(leaseMs));
      await member.restart({ newLink: true });
    });
  },
  /** SIGSTOP past its lease, then SIGCONT: it goes on in the middle of what it did, as if no time had passed. */
  async stopped({ fleet, leaseMs, random }) {
    await upon(fleet, random, async (member) => {
      const over = fleet.note('stopped', member);
      member.server.signal('SIGSTOP');
      await pause(pastLease(leaseMs));
      member.server.signal('SIGCONT');
      over();
    });
  },
  /** Cut off from the database past its lease, by silence. Then what stood still goes on, or is reset, or both in turn. */
  async partitioned({ fleet, leaseMs, random }) {
    await upon(fleet, random, async (member) => {
      const over = fleet.note('partitioned', member);
      member.link.hold();
      await pause(pastLease(leaseMs));
      const end = random();
      if (end < 0.3) member.link.cut();
      member.link.resume();
      over();
      if (end < 0.6) return;
      await pause(random() * 500);
      cut(fleet, member);
    });
  },
  /** Its connections are reset and new ones refused, for less than a lease or for more. */
  async refused({ fleet, leaseMs, random }) {
    await upon(fleet, random, async (member) => {
      const over = fleet.note('refused', member);
      member.link.refuse(true);
      member.link.cut();
      await pause(random() * 1.5 * leaseMs);
      member.link.refuse(false);
      over();
    });
  },
  /** Everybody's connections are reset, once or twice. */
  async cut({ fleet, random }) {
    for (const member of fleet.members) cut(fleet, member);
    if (random() < 0.5) return;
    await pause(random() * 1000);
    for (const member of fleet.members) cut(fleet, member);
  },
  /** Shut down at once, as by a crash, and started again. */
  async database(scene) {
    const { fleet, cluster, random } = scene;
    if (scene.isDatabaseAway) return;
    scene.isDatabaseAway = true;
    const over = fleet.note('database', null);
    await cluster.halt();
    await pause(random() * 3000);
    await cluster.start();
    over();
    scene.isDatabaseAway = false;
  },
  /** A rolling restart: SIGTERM one by one, each as soon as the one before is back. */
  async left({ fleet, random }) {
    await upon(fleet, random, async (member) => {
      await left(fleet, member);
      await member.restart();
    });
  },
  /** One more for a while, so that all shares change twice. */
  async joined({ fleet, leaseMs, random }) {
    const member = await fleet.join();
    member.busy = true;
    const over = fleet.note('joined', member);
    await pause(random() * leaseMs);
    over();
    await left(fleet, member);
    fleet.leave(member);
  },
} satisfies Record<string, Disaster>;

/** Those that are quick, to fall in the middle of another. */
export const companions: readonly Disaster[] = [
  disasters.cut,
  disasters.database,
  disasters.left,
  killedShortly,
];

async function killedShortly({ fleet, random }: Scene): Promise<void> {
  await upon(fleet, random, async (member) => {
    await died(fleet, member);
    await member.restart();
  });
}

async function died(fleet: Fleet, member: Member, kind: 'killed' | 'vanished' = 'killed'): Promise<void> {
  const over = fleet.note(kind, member);
  await member.server.kill('SIGKILL');
  over();
}

/** One that does not end in time is killed, as whoever restarts it would. */
async function left(fleet: Fleet, member: Member): Promise<void> {
  const over = fleet.note('left', member);
  member.server.signal('SIGTERM');
  const ended = await Promise.race([member.server.ended, pause(endMsMax, null, { ref: false })]);
  over();
  if (ended !== null) return;
  fleet.problems.push(`${member.sender} did not end within ${endMsMax / 1000} s of SIGTERM`);
  await died(fleet, member);
}

function cut(fleet: Fleet, member: Member): void {
  fleet.note('cut', member)();
  member.link.cut();
}

/** Nobody is free where there is but one process. */
async function upon(
  fleet: Fleet,
  random: () => number,
  befall: (member: Member) => Promise<void>,
): Promise<void> {
  const free = fleet.members.filter(({ busy }) => !busy);
  if (free.length === 0) return;
  const member = pick(random, free);
  member.busy = true;
  await befall(member);
  member.busy = false;
}
