/** Every bound that a user can meet, in one place, its unit in its name. `docs/reference/limits.md` lists them. */
export const limits = {
  updatesBodyBytesMax: 8 * 1024 * 1024,
  bodyBytesMax: 1024 * 1024,
  updatesPerCallMax: 1000,
  checkpointsPerUpdateMax: 300,
  /** The newest this many go into a webhook's body and an API answer. */
  checkpointsRenderedMax: 300,
  /** Beyond this a tracking's further scans are refused by name; the longest real journeys have some 200. */
  checkpointsPerTrackingMax: 1000,
  trackingNumberCharsMin: 3,
  trackingNumberCharsMax: 50,
  courierCodeCharsMax: 60,
  descriptionCharsMax: 1000,
  locationCharsMax: 200,
  checkpointIdCharsMax: 120,
  checkpointCodeCharsMax: 60,
  fieldCharsMax: 500,
  urlCharsMax: 2000,
  webhookHeadersMax: 20,
  webhookHeaderCharsMax: 2000,
  webhooksPerAccountDefault: 4,
  keysPerAccountMax: 20,
  idempotencyKeyCharsMax: 255,
  idempotencyHours: 24,
  pageSizeDefault: 50,
  pageSizeMax: 500,
  /** Of the documents behind the rows of a page: a parcel of a thousand checkpoints has more than a million. */
  pageCharsMax: 2 * 1024 * 1024,
  /** For one page, whether they fit its filters or not. */
  rowsLookedAtMax: 100_000,
  ingestWaitingUpdatesMax: 20_000,
  /** Of all webhook bodies that the updates of one request render. */
  renderedBytesPerRequestMax: 64 * 1024 * 1024,
  responseBytesMax: 16 * 1024,
  attemptsMax: 14,
  requestsInFlight: 1024,
  ratePerSecondMax: 10_000,
  requestsInFlightPerWebhook: 32,
  deliveriesInMemoryPerWebhook: 2000,
  deliveryBytesInMemoryPerWebhook: 32 * 1024 * 1024,
  /** Of all webhooks together. */
  deliveryBytesInMemory: 256 * 1024 * 1024,
  /** Each may take as long as an exchange. */
  redeliveriesPerCallMax: 50,
  inboxMessagesMax: 500,
  inboxBytesMax: 8 * 1024 * 1024,
  retentionDays: 30,
} as const;
