/** The statuses of a parcel, as the API writes them. */

export type Status =
  | 'pending'
  | 'notfound'
  | 'inforeceived'
  | 'transit'
  | 'pickup'
  | 'undelivered'
  | 'delivered'
  | 'exception'
  | 'expired';
