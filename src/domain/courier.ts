/** A courier as users see it. The list is `couriers/catalogue.ts`; adapters of couriers say how news is got from them. */
export interface Courier {
  /** Lower-case with hyphens, TrackingMore's spelling where it has one: `china-ems`. */
  readonly code: string;
  readonly name: string;
  /** Where a person can look a parcel up; part of the webhook's body. */
  readonly homepage: string | null;
  readonly phone: string | null;
  /** ISO 3166 alpha-2 of the country whose clock an undated local time is read by; null for worldwide couriers. */
  readonly country: string | null;
  readonly kind: 'express' | 'post' | 'sandbox';
}
