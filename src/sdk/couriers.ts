/** Couriers: who carries parcels, and who may carry a number. Answers may have more members than are named here. */
import type { Calls } from './calls.ts';
import type { Query } from './pages.ts';

/** The calls of `/api/v1/couriers`. */
export function makeCouriers({ list, post }: Calls) {
  return {
    list: (query?: Query) => list<Courier>('/api/v1/couriers', query),
    /** Who may carry this number, the likeliest first. */
    detect: (trackingNumber: string) =>
      post<{ candidates: CourierCandidate[] }>('/api/v1/couriers/detect', {
        tracking_number: trackingNumber,
      }),
  };
}

export interface Courier {
  code: string;
  name: string;
  kind: string;
  country: string | null;
  homepage: string | null;
  phone: string | null;
  /** Whether it can be asked for news; else its scans are reported or pushed. */
  pollable: boolean;
}

export interface CourierCandidate {
  courier_code: string;
  reason: string;
  /** 0 to 1: an order of likelihood. */
  confidence: number;
}
