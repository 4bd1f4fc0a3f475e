/** `remote` and `aircargo`, of which nothing is known here, and that is what they say. */
import { limits } from '../../../domain/limits.ts';
import { type Members, malformed } from '../said.ts';
import { Refusal } from '../skin.ts';
import { untrackedWaybill, untrackedWaybills, waybillNumberIn } from '../waybill.ts';
import { type Action, ask, onlyIn } from './action.ts';
import { firstIn } from './fields.ts';
import { dealWith, itemsIn } from './items.ts';

export const untrackedActions: readonly Action[] = [
  ask(['remote'], ({ body }) =>
    Array.isArray(body) ? dealWith(itemsIn(body), remoteArea) : remoteArea(onlyIn(body)),
  ),
  ask(['aircargo'], ({ body }) => {
    const { track_number: numbers } = onlyIn(body);
    if (!Array.isArray(numbers)) return waybillV3(numbers);
    if (numbers.length > limits.trackingsPerCallMax) throw new Refusal(413);
    if (numbers.length === 0) throw new Refusal(417);
    return numbers.map(waybillV3);
  }),
];

/** Which areas couriers call remote is not known here, and "not remote" would be a claim. @throws Refusal 204, 417 */
function remoteArea(said: Members): never {
  if (firstIn(said, ['postal_code', 'postcode', 'country']) === null) throw new Refusal(417);
  throw new Refusal(204, { data: null });
}

/** @throws Refusal 417, AppError `body_invalid` */
function waybillV3(value: unknown) {
  const number = waybillNumberIn(value);
  if (number === null) throw new Refusal(417);
  if (number === undefined) throw malformed('track_number');
  return { ...untrackedWaybill(number), last_event: untrackedWaybills, track_info: [], flight_info: {} };
}
