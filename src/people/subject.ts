/**
 * What texts in JSON tell of a person: answers that are remembered, and messages of the built-in receiver. They are of many forms,
 * Waybell's own and TrackingMore's, so they are gone through by the names of their members, wherever those stand.
 */
import { isOf, type Person } from '../domain/person.ts';
import { normaliseNumber, type TrackingFields } from '../domain/tracking.ts';

export interface Subject {
  readonly person: Person;
  /** Parcels that are known to be theirs: numbers, normalised, and ids without what they begin with. */
  readonly numbers: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

/** By which fields are known, in every API. */
const fieldMembers: Readonly<Record<string, keyof TrackingFields>> = {
  customer_name: 'customerName',
  customer_email: 'customerEmail',
  customer_phone: 'customerPhone',
  customer_sms: 'customerPhone',
  recipient_postcode: 'recipientPostcode',
  lookup_postcode: 'lookupPostcode',
  tracking_postal_code: 'lookupPostcode',
  title: 'title',
  note: 'note',
  label: 'label',
  order_id: 'orderId',
  order_number: 'orderNumber',
};

const orderMembers: ReadonlySet<string> = new Set(['order_id', 'order_number']);

/** The text without the person; null where it tells nothing of them, or is no JSON. */
export function textWithout(text: string, subject: Subject, meant: { orders: boolean }): string | null {
  const parsed = parsedOf(text);
  if (parsed === undefined) return null;
  let changed = false;

  function bare(value: unknown, isTheirs: boolean): unknown {
    if (Array.isArray(value)) return value.map((one) => bare(one, isTheirs));
    if (!isObject(value)) return value;
    const theirs = isTheirs || tellsOf(value, subject);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const isPersonal = Object.hasOwn(fieldMembers, name) && (meant.orders || !orderMembers.has(name));
        if (!theirs || !isPersonal || member === null || member === '') return [name, bare(member, theirs)];
        changed = true;
        return [name, null];
      }),
    );
  }

  const without = bare(parsed, false);
  return changed ? JSON.stringify(without) : null;
}

/** Whether a text is about the person: as JSON by its members; whatever it is, where their address stands in it. */
export function isAbout(text: string, subject: Subject): boolean {
  const { by, value } = subject.person;
  if (by === 'email' && text.toLowerCase().includes(value)) return true;
  // Anybody with the address of the inbox may have sent it, nested as deep as it is long: more than the stack is.
  const left = [parsedOf(text)];
  while (left.length > 0) {
    const one = left.pop();
    if (!isObject(one)) continue;
    if (!Array.isArray(one) && tellsOf(one, subject)) return true;
    for (const name in one) left.push(one[name]);
  }
  return false;
}

/** Whether an object itself, and not what stands in it, names the person or a parcel of theirs. */
function tellsOf(value: Readonly<Record<string, unknown>>, { person, numbers, ids }: Subject): boolean {
  const fields: Partial<Record<keyof TrackingFields, string>> = {};
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string') continue;
    if (name === 'tracking_number' && numbers.has(normaliseNumber(member))) return true;
    if ((name === 'id' || name === 'tracking_id') && ids.has(member.replace(/^trk_/, ''))) return true;
    const field = Object.hasOwn(fieldMembers, name) ? fieldMembers[name] : undefined;
    if (field !== undefined) fields[field] = member;
  }
  return isOf(person, fields);
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
