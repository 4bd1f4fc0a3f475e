/** `remote` and `aircargo`: the whole shape, and the plain word that neither is known here. */
import { countryName } from '../../../domain/countries.ts';
import { AppError } from '../../../domain/error.ts';
import { countryOf, listIn, type Members, malformed, membersOf, textIn } from '../said.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { untrackedWaybill, untrackedWaybills, waybillNumberIn } from '../waybill.ts';
import { ask } from './endpoint.ts';
import { few } from './filter.ts';

export const untrackedEndpoints: readonly Endpoint[] = [
  ask('/trackings/remote', ({ body }) => {
    const places = few(Array.isArray(body) ? body : [body]).map(membersOf);
    if (places.length === 0) throw malformed('country');
    return { submitted: places.length, other: places.map(placeV2), remote: [] };
  }),
  ask('/trackings/aircargo', ({ body }) => waybillsIn(membersOf(body)).map(waybillV2)),
];

function placeV2(said: Members) {
  const country = countryOf(textIn(said, 'country'), 'country');
  const postcode = textIn(said, 'postcode');
  if (postcode === null) throw malformed('postcode');
  return {
    far_express_company: textIn(said, 'company'),
    two_code: country,
    far_country: countryName(country),
    far_city_postcode: postcode,
    message: 'Remote areas are not known to this server.',
  };
}

/** One, several in a list, or several by commas. @throws Refusal 202, 4013, AppError `number_invalid` */
function waybillsIn(said: Members): readonly string[] {
  const { track_number: several } = said;
  const asked: readonly unknown[] = Array.isArray(several) ? several : (listIn(said, 'track_number') ?? []);
  const numbers = few(asked).map(waybillNumberIn);
  if (numbers.every((number) => number === null)) throw new Refusal(4013);
  return numbers.map((number) => {
    if (typeof number !== 'string') throw new AppError('number_invalid');
    return number;
  });
}

function waybillV2(number: string) {
  return { ...untrackedWaybill(number), track_info: [], flight_info: [], message: untrackedWaybills };
}
