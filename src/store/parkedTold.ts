/** What is known in the transaction alone of a notice that is written in it. */
import type { Notice } from './store.ts';

/** With how many deliveries were parked, where it tells that a webhook was disabled. */
export function parkedTold(notice: Notice, parked: number): Notice {
  const { event } = notice;
  return event.kind === 'webhook.disabled' ? { ...notice, event: { ...event, parked } } : notice;
}
