/** Every bound that a user can meet, in one place, its unit in its name. `docs/reference/limits.md` lists them. */

const mebi = 1024 * 1024;
/** Of one UTF-16 unit of text in a body of v2 or v3, which are ASCII: `\u4e2d`. The other versions need at most half. */
const escapedCharBytes = 6;

const texts = {
  descriptionCharsMax: 1000,
  locationCharsMax: 200,
  checkpointCodeCharsMax: 60,
  fieldCharsMax: 500,
};
const checkpointsRenderedMax = 300;
/** What a merchant may say of a parcel in words of any length, in the version that tells most of it. */
const fieldsRenderedMax = 16;
/** Names of members, times, statuses and punctuation of one checkpoint, in the version that has most of them. */
const checkpointFrameBytes = 512;
const checkpointBytesMax =
  (texts.descriptionCharsMax + texts.locationCharsMax + texts.checkpointCodeCharsMax) * escapedCharBytes +
  checkpointFrameBytes;
/** All else: the texts of the parcel itself, its couriers, and what stands around them. */
const parcelBytesMax = fieldsRenderedMax * texts.fieldCharsMax * escapedCharBytes + 16 * 1024;
/** With all checkpoints, of which one is told twice (as the last event), in whole MiB. */
const webhookBodyBytesMax =
  Math.ceil(((checkpointsRenderedMax + 1) * checkpointBytesMax + parcelBytesMax) / mebi) * mebi;

export const limits = {
  updatesBodyBytesMax: 8 * 1024 * 1024,
  bodyBytesMax: 1024 * 1024,
  /** Of the bodies that Waybell sends; what receives them here takes as much. */
  webhookBodyBytesMax,
  updatesPerCallMax: 1000,
  checkpointsPerUpdateMax: 300,
  /** The newest this many go into a webhook's body and an API answer. */
  checkpointsRenderedMax,
  /** Beyond this a tracking's further scans are refused by name; the longest real journeys have some 200. */
  checkpointsPerTrackingMax: 1000,
  /** Of all couriers, deleted ones included. Each begins more than 90 days after a delivery: that is five years. */
  livesPerNumberMax: 20,
  trackingNumberCharsMin: 3,
  trackingNumberCharsMax: 50,
  courierCodeCharsMax: 60,
  descriptionCharsMax: texts.descriptionCharsMax,
  locationCharsMax: texts.locationCharsMax,
  checkpointIdCharsMax: 120,
  checkpointCodeCharsMax: texts.checkpointCodeCharsMax,
  fieldCharsMax: texts.fieldCharsMax,
  urlCharsMax: 2000,
  webhookHeadersMax: 20,
  webhookHeaderCharsMax: 2000,
  webhooksPerAccountDefault: 4,
  keysPerAccountMax: 20,
  apiKeyCharsMin: 16,
  apiKeyCharsMax: 200,
  /** As customers see it. */
  merchantNameCharsMax: 100,
  logoBytesMax: 128 * 1024,
  /** Of a side. */
  logoPixelsMax: 4096,
  /** Of one parcel: the newest. */
  checkpointsOnTrackPageMax: 100,
  /** Asked for from one network address, and not counting any other page. */
  trackPagesPerMinuteMax: 300,
  membersPerAccountMax: 100,
  memberNameCharsMax: 100,
  passwordCharsMin: 10,
  passwordCharsMax: 200,
  sessionsPerMemberMax: 50,
  browserCharsMax: 200,
  /** Of the audit log: thirteen months, so that one year can be held against the last. */
  auditDays: 400,
  /** Of one value that a courier is shown. */
  credentialCharsMax: 2000,
  /** How long an old key may go on beside or before a new one. */
  overlapSecondsMax: 604_800,
  idempotencyKeyCharsMax: 255,
  idempotencyHours: 24,
  pageSizeDefault: 50,
  pageSizeMax: 500,
  /** Of lists by page number, which TrackingMore's clients ask for. */
  numberedPageSizeDefault: 100,
  numberedPageSizeMax: 2000,
  /** Created or asked for in one call of TrackingMore's API. */
  trackingsPerCallMax: 40,
  /** Edited, deleted or stopped in one call of its version 2. */
  trackingsPerEditMax: 200,
  /** Looked at for how long couriers took; of all couriers that are asked for together. */
  trackingsPerTransitTimesMax: 5000,
  /** Of what is looked for in trackings, and of each text that they are found by. */
  searchCharsMax: 100,
  /** Whole days without news, after which a parcel under way is said to be stalled. */
  stalledDays: 7,
  /** Of the trackings that need attention, of each kind. */
  attentionCountedMax: 10_000,
  viewsPerAccountMax: 50,
  viewNameCharsMax: 100,
  /** Of the documents behind the rows of a page: a parcel of a thousand checkpoints has more than a million. */
  pageCharsMax: 2 * 1024 * 1024,
  /** For one page, whether they fit its filters or not. */
  rowsLookedAtMax: 100_000,
  ingestWaitingUpdatesMax: 20_000,
  /** A quarter of them, so that one account alone does not get the others' updates refused. */
  ingestWaitingUpdatesPerAccountMax: 5000,
  /** Of all webhook bodies that the updates of one request render. */
  renderedBytesPerRequestMax: 64 * 1024 * 1024,
  responseBytesMax: 16 * 1024,
  attemptsMax: 14,
  /** One wait of a webhook's own schedule: a week. */
  retryWaitSecondsMax: 604_800,
  requestsInFlight: 1024,
  ratePerSecondMax: 10_000,
  /** Of one account, whichever process sends. */
  lettersToRecipientsPerSecond: 10,
  lettersToMemberPerSecond: 1,
  /** Of one account to one address, in each process that sends, whatever they tell; further ones are parked. */
  lettersPerAddressPerDay: 50,
  /** Likewise, of one account to whomever: invitations, and those that show that letters arrive. Refused ones count. */
  lettersAtOncePerDay: 200,
  requestsInFlightPerWebhook: 32,
  deliveriesInMemoryPerWebhook: 2000,
  deliveryBytesInMemoryPerWebhook: 32 * 1024 * 1024,
  /** Of all webhooks together. */
  deliveryBytesInMemory: 256 * 1024 * 1024,
  /** Each may take as long as an exchange. */
  redeliveriesPerCallMax: 50,
  inboxMessagesMax: 500,
  /** As they are stored, where a character may take six bytes: the newest is there, whatever is in it. */
  inboxBytesMax: 8 * webhookBodyBytesMax,
  retentionDays: 30,
  /** Of what an account sets for itself: ten years. */
  retentionDaysMax: 3650,
  /** Of figures: a month can be held against the one before for some days. */
  figureDays: 40,
  overviewHoursMax: 168,
  /** Of deliveries that wait, and of those that are parked, for each webhook. */
  waitingCountedMax: 10_000,
  waitingCountedMin: 1000,
  /** Shared out among the webhooks that are asked for at once. */
  waitingCountedTogether: 100_000,
} as const;
