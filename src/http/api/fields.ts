/** The parts of requests and answers that several routes share. */
import Type, { type TSchema } from 'typebox';
import type { Account } from '../../domain/account.ts';
import { limits } from '../../domain/limits.ts';
import { formatInstant } from '../../wire/time.ts';

export function nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** One of a runtime list of words. */
export function oneOf<const Words extends readonly string[]>(words: Words, description?: string) {
  return Type.Unsafe<Words[number]>({
    type: 'string',
    enum: [...words],
    ...(description === undefined ? {} : { description }),
  });
}

/** A schema that was added to the server under a name. */
export function ref(name: string) {
  return Type.Unsafe<unknown>({ $ref: `${name}#` });
}

export function listOf(name: string) {
  return Type.Object({
    data: Type.Array(ref(name)),
    next_cursor: nullable(
      Type.String({
        description:
          'Where the next page begins; null at the end, and only there: a page may be short or empty before it.',
      }),
    ),
  });
}

export const Instant = Type.String({ description: "ISO 8601 in the account's time zone." });

/** A day, where a secret is changed for a new one and nobody says. */
export const overlapSecondsDefault = 86_400;

export function overlapSeconds(description: string) {
  return Type.Optional(Type.Integer({ minimum: 0, maximum: limits.overlapSecondsMax, description }));
}

/** Of a query or body: without U+0000, which no store could look for. */
export const Id = Type.String({ pattern: '^[^\\u0000]*$' });

export const IdParams = Type.Object({ id: Type.String() });

export const Nothing = Type.Null({ description: 'Done.' });

/** Every route may refuse. */
export const refusals = {
  '4xx': {
    description: 'Refused; nothing of the request was taken.',
    content: { 'application/problem+json': { schema: ref('Problem') } },
  },
};

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: '`urn:waybell:error:CODE`.' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'For programs; the list is in docs/reference/errors.md.' }),
    detail: Type.String({ description: 'For people: what was wrong and what to do.' }),
    where: Type.Optional(Type.String({ description: 'A JSON pointer into the body, or a parameter.' })),
  },
  { description: 'Why a request was refused (RFC 9457).' },
);

/** What a merchant says of a parcel, as the API spells it. Left out: unchanged; null: known to be absent. */
export const fieldSchemas = {
  title: Type.Optional(nullable(Type.String())),
  order_id: Type.Optional(nullable(Type.String())),
  customer_name: Type.Optional(nullable(Type.String())),
  customer_email: Type.Optional(nullable(Type.String())),
  origin_country: Type.Optional(nullable(Type.String({ description: 'ISO 3166 alpha-2, such as `CN`.' }))),
  destination_country: Type.Optional(
    nullable(Type.String({ description: 'ISO 3166 alpha-2, such as `SE`.' })),
  ),
  order_number: Type.Optional(nullable(Type.String())),
  order_date: Type.Optional(
    nullable(Type.String({ description: 'As it is written, in any form; so is `ship_date`.' })),
  ),
  customer_phone: Type.Optional(nullable(Type.String())),
  recipient_postcode: Type.Optional(nullable(Type.String())),
  logistics_channel: Type.Optional(
    nullable(Type.String({ description: 'The service or route that was booked.' })),
  ),
  note: Type.Optional(nullable(Type.String())),
  label: Type.Optional(nullable(Type.String())),
  language: Type.Optional(
    nullable(Type.String({ description: 'In which the courier is asked to tell, such as `en`.' })),
  ),
  ship_date: Type.Optional(nullable(Type.String())),
  lookup_account: Type.Optional(
    nullable(
      Type.String({
        description: 'What some couriers want to be told beside the number, as are all `lookup_…`.',
      }),
    ),
  ),
  lookup_postcode: Type.Optional(nullable(Type.String())),
  lookup_key: Type.Optional(nullable(Type.String())),
  lookup_origin_country: Type.Optional(nullable(Type.String({ description: 'As the courier writes it.' }))),
  lookup_destination_country: Type.Optional(
    nullable(Type.String({ description: 'As the courier writes it.' })),
  ),
  destination_courier_code: Type.Optional(nullable(Type.String())),
} as const;

/** The same in an answer, without the courier of the destination. */
export const fieldAnswers = {
  title: nullable(Type.String()),
  order_id: nullable(Type.String()),
  customer_name: nullable(Type.String()),
  customer_email: nullable(Type.String()),
  origin_country: nullable(Type.String()),
  destination_country: nullable(Type.String()),
  order_number: nullable(Type.String()),
  order_date: nullable(Type.String()),
  customer_phone: nullable(Type.String()),
  recipient_postcode: nullable(Type.String()),
  logistics_channel: nullable(Type.String()),
  note: nullable(Type.String()),
  label: nullable(Type.String()),
  language: nullable(Type.String()),
  ship_date: nullable(Type.String()),
  lookup_account: nullable(Type.String()),
  lookup_postcode: nullable(Type.String()),
  lookup_key: nullable(Type.String()),
  lookup_origin_country: nullable(Type.String()),
  lookup_destination_country: nullable(Type.String()),
} as const;

/** Writes instants as an account reads them. */
export function instantsOf({ timeZone }: Pick<Account, 'timeZone'>) {
  return <At extends number | null>(at: At) =>
    (at === null ? null : formatInstant(at, timeZone)) as At extends null ? null : string;
}
