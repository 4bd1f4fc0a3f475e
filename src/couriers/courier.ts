/**
 * What a courier's adapter does: it is asked about one number and answers with every scan the courier reports of it,
 * in the courier's own words. An adapter keeps nothing between two askings; merging what it says with what is known
 * is the pipeline's work, so it may repeat itself and leave out what it once said.
 */
import type { Side } from '../domain/checkpoint.ts';
import type { Status, Substatus } from '../domain/status.ts';

export interface CourierAdapter {
  /** The courier's code in the catalogue. */
  readonly code: string;
  /** What it is shown on behalf of an account; left out: it asks for nothing. */
  readonly credentials?: readonly CredentialField[];
  poll(request: PollRequest): Promise<PollReport>;
}

/** One of the things by which a courier knows who asks, as it gives them to its customers: an API key, a customer number. */
export interface CredentialField {
  /** Snake case, as the API names it. */
  readonly name: string;
  /** In English, as the courier calls it. */
  readonly label: string;
  /** It is to be typed unseen. None is ever shown again, secret or not. */
  readonly secret: boolean;
  /** Without it the courier tells nothing. */
  readonly required: boolean;
}

/** By the names of the fields; those that the account has not set are not there. */
export type Credentials = Readonly<Record<string, string>>;

/** One asking of a courier about one number. */
export interface PollRequest {
  /** Normalised: see `normaliseNumber`. */
  readonly number: string;
  /** When the tracking was made, epoch milliseconds. */
  readonly createdAt: number;
  /** The account's own for this courier. They stand in no log and in no error's message. */
  readonly credentials: Credentials;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What the courier reports of the number so far, and when to ask again. */
export interface PollReport {
  readonly scans: readonly ReportedScan[];
  /** Who delivers in the destination country, where the courier says so. */
  readonly destinationCourierCode?: string;
  /** When asking again is worth it, epoch milliseconds; null: never again. */
  readonly nextAt: number | null;
}

/** A scan as an adapter reads it: texts as the courier wrote them, not yet checked, cleaned or placed in time. */
export interface ReportedScan {
  /** The courier's local time, with an offset only where the courier gave one: `2026-03-02T08:23:00+00:00`. */
  readonly time: string;
  readonly description: string;
  readonly location?: string;
  readonly status?: Status;
  readonly substatus?: Substatus;
  /** The origin's, unless said otherwise. */
  readonly side?: Side;
  /** The courier's own id of the scan: a later scan with it is a correction. */
  readonly id?: string;
  /** Of several versions under one id the highest holds. */
  readonly version?: number;
  /** The courier's own status code. */
  readonly code?: string;
}
