/** How things fare: the overview of an account, and the figures of one webhook. Answers may have more members than are named here. */
import type { Calls } from './calls.ts';
import { queryOf } from './pages.ts';
import type { Status } from './status.ts';

/** The call of `/api/v1/overview`. */
export function makeOverview({ get }: Calls) {
  return {
    get: (query: FiguresQuery = {}) => get<Overview>(`/api/v1/overview${queryOf({ ...query })}`),
  };
}

export interface FiguresQuery {
  /** The last so many, 1 to 168; 24 where not given. */
  hours?: number | undefined;
}

export interface Span {
  hours: number;
  /** ISO 8601. */
  from: string;
  to: string;
}

export interface FiguresHour {
  /** When it began. */
  at: string;
  accepted: number;
  failed: number;
}

/** Of attempts in the span, and of deliveries that wait or are parked now. */
export interface DeliveryFigures {
  accepted: number;
  failed: number;
  /** 0 to 1; null where there were no attempts. */
  success_rate: number | null;
  /** Of the attempts that were answered. */
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  waiting: number;
  parked: number;
  oldest_waiting_at: string | null;
  next_attempt_at: string | null;
}

/** How far is counted of each webhook: a number that reaches it means "at least so many". */
export interface CountedTo {
  counted_to: number;
}

export interface WebhookFigures extends DeliveryFigures {
  webhook_id: string;
  /** Every hour of the span, oldest first. */
  by_hour: FiguresHour[];
}

export interface CourierFigures {
  courier_code: string;
  /** For news, in the span. */
  asked: number;
  failed: number;
  last_answer_at: string | null;
  last_failure_at: string | null;
  last_failure: string | null;
}

export interface Overview extends Span {
  /** Now; without those that are archived. */
  trackings: { total: number; by_status: Record<Status, number>; archived: number };
  deliveries: DeliveryFigures & CountedTo;
  by_hour: FiguresHour[];
  webhooks: WebhookFigures[];
  couriers: CourierFigures[];
}
