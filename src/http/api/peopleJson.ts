/** What is kept of a person, as it is given out: parcels, events and attempts as elsewhere in the API, and the rest in plain. */
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import type { Tracking } from '../../domain/tracking.ts';
import type { ExportedEvent, ExportedMember, ExportedPerson } from '../../people/people.ts';
import { sendingJson } from './attemptJson.ts';
import { eventJson } from './events.ts';
import { instantsOf } from './fields.ts';
import { auditJson, memberJson } from './memberJson.ts';
import { checkpointJson } from './trackingJson.ts';

const listed = (description: string) =>
  Type.Array(Type.Unsafe<object>({ type: 'object', additionalProperties: true }), { description });

export const ExportedSchema = Type.Object({
  parcels: listed('Trackings with all checkpoints, their events, and what was sent of each and answered.'),
  events: listed('Of trackings that do not name the person any more, likewise.'),
  inbox_messages: listed('Of the built-in receiver.'),
  answers: listed('Remembered for idempotency keys.'),
  members: listed('Members who are called so, with their sessions and what they did in the audit log.'),
});

export function exportedJson(
  exported: ExportedPerson,
  account: Account,
  jsonOf: (tracking: Tracking) => object,
): Type.Static<typeof ExportedSchema> {
  const instant = instantsOf(account);
  return {
    parcels: exported.parcels.map(({ tracking, events }) => ({
      ...jsonOf(tracking),
      deleted_at: instant(tracking.deletedAt),
      checkpoints: tracking.checkpoints.map((checkpoint) => ({
        ...checkpointJson(checkpoint),
        replaced_in_revision: checkpoint.replacedIn,
      })),
      events: events.map((event) => exportedEventJson(event, account)),
    })),
    events: exported.events.map((event) => exportedEventJson(event, account)),
    inbox_messages: exported.inbox.map(({ id, receivedAt, headers, body }) => ({
      ...{ id, received_at: instant(receivedAt), headers, body },
    })),
    answers: exported.answers.map(({ createdAt, status, body }) => ({
      ...{ created_at: instant(createdAt), status, body },
    })),
    members: exported.members.map((member) => exportedMemberJson(member, account)),
  };
}

function exportedEventJson({ event, deliveries }: ExportedEvent, account: Account) {
  return {
    ...eventJson(event, account),
    deliveries: deliveries.map(({ delivery, attempts }) => ({
      ...{
        id: delivery.id,
        webhook_id: delivery.webhookId,
        version: delivery.version,
        state: delivery.state,
      },
      attempts: attempts.map((attempt) => ({ id: attempt.id, ...sendingJson(attempt, account) })),
    })),
  };
}

function exportedMemberJson({ member, sessions, audit }: ExportedMember, account: Account) {
  const instant = instantsOf(account);
  return {
    ...memberJson(member, account),
    sessions: sessions.map(({ id, createdAt, lastSeenAt, browser, address }) => ({
      ...{ id, created_at: instant(createdAt), last_seen_at: instant(lastSeenAt), browser, address },
    })),
    audit: audit.map((entry) => auditJson(entry, account)),
  };
}
