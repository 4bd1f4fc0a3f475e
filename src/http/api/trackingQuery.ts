/** What a list of trackings is narrowed by, as parameters of its address and of a saved view: one form for both. */
import Type from 'typebox';
import { ATTENTIONS, type Attention, isAttention } from '../../domain/attention.ts';
import { AppError, problem } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import { readSearch, type Search } from '../../domain/search.ts';
import { isStatus, STATUSES, type Status } from '../../domain/status.ts';
import { anyTracking, type TrackingFilter } from '../../store/store.ts';
import { readNumber } from '../../tracking/readUpdate.ts';
import { readBoolean, readInstant } from '../page.ts';

const inclusive = 'ISO 8601, inclusive.';

export const filterQuery = {
  search: Type.Optional(
    Type.String({
      description:
        'What a number, an order id or number, or the email, name or a later word of the name of a customer begins with, in whatever case.',
    }),
  ),
  status: Type.Optional(
    Type.String({ description: `One of these, or several with commas: ${STATUSES.join(', ')}.` }),
  ),
  attention: Type.Optional(
    Type.String({
      description: `\`any\`, or one of these, or several with commas: ${ATTENTIONS.join(', ')}.`,
    }),
  ),
  courier_code: Type.Optional(Type.String()),
  tracking_number: Type.Optional(Type.String()),
  archived: Type.Optional(Type.String({ description: '`true` or `false`; both if not given.' })),
  created_from: Type.Optional(Type.String({ description: inclusive })),
  created_to: Type.Optional(Type.String({ description: inclusive })),
  updated_from: Type.Optional(Type.String({ description: `${inclusive} Of the newest revision.` })),
  updated_to: Type.Optional(Type.String({ description: inclusive })),
};

const FilterQuery = Type.Object(filterQuery);

export type FilterQuery = Type.Static<typeof FilterQuery>;

/** @throws AppError `body_invalid`, `number_invalid`, naming the parameter */
export function filterOf(query: FilterQuery): TrackingFilter {
  const number = query.tracking_number === undefined ? null : readNumber(query.tracking_number);
  if (query.tracking_number !== undefined && number === null) {
    throw new AppError(problem('number_invalid', undefined, 'tracking_number'));
  }
  return {
    ...anyTracking,
    statuses: statusesIn(query.status),
    courierCode: query.courier_code ?? null,
    numbers: number === null ? null : [number],
    archived: readBoolean('archived', query.archived),
    search: searchIn(query.search),
    attention: attentionIn(query.attention),
    createdFrom: readInstant('created_from', query.created_from),
    createdTo: readInstant('created_to', query.created_to),
    updatedFrom: readInstant('updated_from', query.updated_from),
    updatedTo: readInstant('updated_to', query.updated_to),
  };
}

function statusesIn(text: string | undefined): readonly Status[] | null {
  if (text === undefined) return null;
  return listed('status', text, { isWord: isStatus, words: STATUSES });
}

function attentionIn(text: string | undefined): readonly Attention[] | null {
  if (text === undefined) return null;
  if (text === 'any') return ATTENTIONS;
  return listed('attention', text, { isWord: isAttention, words: ['any', ...ATTENTIONS] });
}

/** Each once, in the order of asking. */
function listed<Word extends string>(
  name: string,
  text: string,
  { isWord, words }: { isWord: (one: string) => one is Word; words: readonly string[] },
): readonly Word[] {
  const said = text.split(',').map((one) => one.trim());
  if (said.every(isWord)) return [...new Set(said)];
  const message = `The parameter ${name} is one of these, or several with commas: ${words.join(', ')}.`;
  throw new AppError(problem('body_invalid', message, name));
}

/** An empty one asks for nothing, as an empty box does. */
function searchIn(text: string | undefined): Search | null {
  const search = readSearch(text ?? '');
  if (search !== undefined) return search;
  const message = `The parameter search has at most ${limits.searchCharsMax} characters.`;
  throw new AppError(problem('body_invalid', message, 'search'));
}
