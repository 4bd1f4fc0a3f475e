/** What TrackingMore's API stands on: the services of `/api/v1`, and pages by their number. */
import type { Clock } from '../../base/clock.ts';
import type { TrackingPages } from '../../tracking/pages.ts';
import type { Trackings } from '../../tracking/trackings.ts';

export interface TrackingmoreServices {
  readonly trackings: Trackings;
  readonly trackingPages: TrackingPages;
  readonly clock: Clock;
}
