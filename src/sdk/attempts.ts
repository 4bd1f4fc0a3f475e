/** Attempts: each request of a delivery and how it ended. Answers may have more members than are named here. */

export interface Attempt {
  id: string;
  /** Its place among the attempts that are told of the delivery, 1 for the oldest, whatever caused it. */
  number: number;
  cause: 'schedule' | 'redeliver';
  started_at: string;
  request: { method: string; url: string; headers: Record<string, string> };
  response: { status: number; headers: Record<string, string>; body: string; truncated: boolean } | null;
  failure: { phase: string; code: string; reason: string; ours: boolean } | null;
  address: string | null;
  timings: {
    dns_ms: number | null;
    connect_ms: number | null;
    first_byte_ms: number | null;
    total_ms: number;
  };
  verdict: string;
  reason: string;
}

export type TestAttempt = Omit<Attempt, 'id' | 'number' | 'cause' | 'request'> & {
  request: Attempt['request'] & { body: string };
};
