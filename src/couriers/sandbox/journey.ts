/** A journey of the sandbox courier: what it reports of a parcel, step by step, counted from the tracking's creation. */
import type { Side } from '../../domain/checkpoint.ts';
import type { Substatus } from '../../domain/status.ts';

export interface Journey {
  /** The part of the number between `SANDBOX` and the digits: capital letters only. */
  readonly name: string;
  /** One sentence for the reference page. */
  readonly plays: string;
  /** In the order in which they are reported. */
  readonly steps: readonly Step[];
}

export interface Step {
  /** When the scan is reported, after the tracking's creation. */
  readonly afterSeconds: number;
  /** How much older than its report the scan says it is. */
  readonly agoMinutes: number;
  readonly substatus: Substatus;
  readonly description: string;
  readonly location: string;
  readonly side: Side;
}

/** One step as a row: seconds after creation, age in minutes, sub-status, text, place. */
export type StepRow = readonly [
  afterSeconds: number,
  agoMinutes: number,
  substatus: Substatus,
  description: string,
  location: string,
];

export function stepsOf(side: Side, rows: readonly StepRow[]): readonly Step[] {
  return rows.map(([afterSeconds, agoMinutes, substatus, description, location]) => ({
    afterSeconds,
    agoMinutes,
    substatus,
    description,
    location,
    side,
  }));
}
