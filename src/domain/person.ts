/**
 * A person whose data is looked for, given out or erased: known by one thing that the merchant said of a parcel, compared
 * without what people write in different ways. And what of a parcel's fields is theirs: all that names or reaches them, and the
 * merchant's free texts, where anything may stand. What the merchant's own books know an order by is erased only if asked for.
 */
import { foldedEmail } from './email.ts';
import { normaliseNumber, type TrackingFields } from './tracking.ts';

export const PERSON_KEYS = ['email', 'phone', 'name', 'tracking_number'] as const;
export type PersonKey = (typeof PERSON_KEYS)[number];

export interface Person {
  readonly by: PersonKey;
  /** As compared. */
  readonly value: string;
}

/** Of a phone number in full and one without its country code the last digits are the same. */
const phoneDigitsMin = 7;

/** Null where the text is none of that kind. */
export function personOf(by: PersonKey, text: string): Person | null {
  const value = compared[by](text);
  const charsMin = by === 'phone' ? phoneDigitsMin : by === 'email' ? 3 : 1;
  if (value.length < charsMin || (by === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value))) return null;
  return { by, value };
}

const compared: Readonly<Record<PersonKey, (text: string) => string>> = {
  email: (text) => foldedEmail(text.trim()),
  phone: digitsOf,
  name: (text) => text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase(),
  tracking_number: normaliseNumber,
};

/** Whether these fields of a parcel are of the person. Fields never tell a tracking number. */
export function isOf({ by, value }: Person, fields: Partial<TrackingFields>): boolean {
  switch (by) {
    case 'email':
      return (
        (fields.customerEmail != null && compared.email(fields.customerEmail) === value) ||
        freeTexts.some((name) => fields[name]?.toLowerCase().includes(value))
      );
    case 'phone':
      return fields.customerPhone != null && isSamePhone(compared.phone(fields.customerPhone), value);
    case 'name':
      return fields.customerName != null && compared.name(fields.customerName) === value;
    case 'tracking_number':
      return false;
  }
}

const freeTexts = ['title', 'note', 'label'] as const satisfies readonly (keyof TrackingFields)[];

const personalFields = [
  ...freeTexts,
  'customerName',
  'customerEmail',
  'customerPhone',
  'recipientPostcode',
  'lookupPostcode',
] as const satisfies readonly (keyof TrackingFields)[];

const orderFields = ['orderId', 'orderNumber'] as const satisfies readonly (keyof TrackingFields)[];

/** The fields that are a person's. @param orders whether what an order is known by is meant too */
function personalFieldNames({ orders }: { orders: boolean }): readonly (keyof TrackingFields)[] {
  return orders ? [...personalFields, ...orderFields] : personalFields;
}

/** The fields without the person. The object given, where they have nothing of one. */
export function withoutPerson(fields: TrackingFields, meant: { orders: boolean }): TrackingFields {
  const told = personalFieldNames(meant).filter((name) => fields[name] !== null);
  if (told.length === 0) return fields;
  return { ...fields, ...Object.fromEntries(told.map((name) => [name, null])) };
}

/** Without what people put between digits, and without what says that a country code follows or is left out. */
function digitsOf(text: string): string {
  return text.normalize('NFKC').replace(/\(0\)/g, '').replace(/\D+/g, '').replace(/^0+/, '');
}

function isSamePhone(one: string, other: string): boolean {
  if (one === other) return true;
  return Math.min(one.length, other.length) >= phoneDigitsMin && (one.endsWith(other) || other.endsWith(one));
}
