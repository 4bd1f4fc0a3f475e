/** A tracking as Waybell's own API writes it. */
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import { ATTENTIONS, attentionOf } from '../../domain/attention.ts';
import { type Checkpoint, SIDES, SOURCES } from '../../domain/checkpoint.ts';
import { limits } from '../../domain/limits.ts';
import { STATUSES } from '../../domain/status.ts';
import type { Tracking } from '../../domain/tracking.ts';
import { fieldsJson } from '../../tracking/readUpdate.ts';
import { formatOffset } from '../../wire/time.ts';
import { fieldAnswers, Instant, instantsOf, nullable, oneOf } from './fields.ts';

const CheckpointSchema = Type.Object({
  time: Type.String({
    description:
      'As reported, to the precision reported and never converted; with an offset only where there was one.',
  }),
  description: Type.String(),
  location: nullable(Type.String()),
  status: oneOf(STATUSES),
  substatus: Type.String(),
  side: oneOf(SIDES),
  code: nullable(Type.String()),
  id: nullable(Type.String({ description: "The source's own." })),
  version: Type.Integer(),
  source: oneOf(SOURCES),
  ahead: Type.Boolean({
    description: 'Dated too far ahead when it came: shown, but never decides the status.',
  }),
  revision: Type.Integer({ description: 'The revision that added it.' }),
});

export const TrackingSchema = Type.Object({
  id: Type.String(),
  tracking_number: Type.String(),
  courier_code: nullable(Type.String({ description: 'Null while unknown.' })),
  destination_courier_code: nullable(Type.String()),
  status: oneOf(STATUSES),
  substatus: Type.String(),
  manual: Type.Boolean({ description: 'The status was set by hand.' }),
  revision: Type.Integer(),
  generation: Type.Integer({ description: 'Lives of a number that couriers recycle.' }),
  ...fieldAnswers,
  attention: nullable(
    oneOf(ATTENTIONS, 'What somebody should look at; null where all goes as it should, or nobody needs to.'),
  ),
  track_url: nullable(
    Type.String({
      description:
        'The page that the customer may be given, which needs no key; null while such pages are switched off.',
    }),
  ),
  archived: Type.Boolean(),
  stopped: Type.Boolean({ description: 'Its courier is not asked any more.' }),
  created_at: Instant,
  updated_at: Instant,
  final_at: nullable(Instant),
  latest_checkpoint: nullable(CheckpointSchema),
  checkpoints: Type.Optional(
    Type.Array(CheckpointSchema, {
      description: `Newest first, at most ${limits.checkpointsRenderedMax}; left out in lists.`,
    }),
  ),
});

export function trackingJson(
  tracking: Tracking,
  account: Account,
  {
    checkpoints,
    now,
    trackUrl,
  }: { readonly checkpoints: boolean; readonly now: number; readonly trackUrl: string | null },
): Type.Static<typeof TrackingSchema> {
  const instant = instantsOf(account);
  const { fields, state } = tracking;
  const holding = tracking.checkpoints.filter((checkpoint) => checkpoint.replacedIn === null);
  const latest = holding.find((checkpoint) => !checkpoint.ahead);
  return {
    id: tracking.id,
    tracking_number: tracking.rawNumber,
    courier_code: tracking.courierCode,
    destination_courier_code: tracking.destinationCourierCode,
    status: state.status,
    substatus: state.substatus,
    manual: tracking.manual !== null,
    revision: tracking.revision,
    generation: tracking.generation,
    ...fieldsJson(fields),
    attention: attentionOf(tracking, now),
    track_url: trackUrl,
    archived: tracking.archived,
    stopped: tracking.stopped,
    created_at: instant(tracking.createdAt),
    updated_at: instant(tracking.updatedAt),
    final_at: instant(tracking.finalAt),
    latest_checkpoint: latest === undefined ? null : checkpointJson(latest),
    ...(checkpoints
      ? { checkpoints: holding.slice(0, limits.checkpointsRenderedMax).map(checkpointJson) }
      : {}),
  };
}

export function checkpointJson(checkpoint: Checkpoint): Type.Static<typeof CheckpointSchema> {
  return {
    time: timeOf(checkpoint),
    description: checkpoint.description,
    location: checkpoint.location,
    status: checkpoint.status,
    substatus: checkpoint.substatus,
    side: checkpoint.side,
    code: checkpoint.code,
    id: checkpoint.sourceId,
    version: checkpoint.version,
    source: checkpoint.source,
    ahead: checkpoint.ahead,
    revision: checkpoint.addedIn,
  };
}

function timeOf({ wall, offsetMinutes }: Checkpoint): string {
  const time = wall.replace(' ', 'T');
  if (offsetMinutes === null || wall.length === 10) return time;
  return `${time}${formatOffset(offsetMinutes)}`;
}
