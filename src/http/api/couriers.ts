/** `/api/v1/couriers`: the couriers that are known by name, and which of them a number may belong to. */
import Type from 'typebox';
import { adapterOf } from '../../couriers/adapters.ts';
import { COURIERS } from '../../couriers/catalogue.ts';
import { detect } from '../../couriers/numbers/detect.ts';
import { AppError, problem } from '../../domain/error.ts';
import { readNumber } from '../../tracking/readUpdate.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import type { Api } from '../route.ts';
import { listOf, nullable, oneOf, refusals } from './fields.ts';

const list: List = { name: 'couriers', prefix: null };
const tags = ['couriers'];

const CourierSchema = Type.Object({
  code: Type.String(),
  name: Type.String(),
  kind: oneOf(['express', 'post', 'sandbox']),
  country: nullable(Type.String({ description: 'ISO 3166 alpha-2; null for worldwide couriers.' })),
  homepage: nullable(Type.String()),
  phone: nullable(Type.String()),
  pollable: Type.Boolean({
    description: 'Whether it can be asked for news; else its scans are reported or pushed.',
  }),
});

export function couriersRoutes(api: Api): void {
  api.addSchema({ $id: 'Courier', ...CourierSchema });

  api.get(
    '/couriers',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List the couriers that are known by name',
        querystring: PageQuery,
        response: { 200: listOf('Courier'), ...refusals },
      },
    },
    (request) =>
      pageJson(
        list,
        pageWithin(COURIERS, ({ code }) => code, readPage(list, request.query)),
        courierJson,
      ),
  );

  api.post(
    '/couriers/detect',
    {
      config: { access: 'read', audit: null },
      schema: {
        tags,
        summary: 'The couriers that a number may belong to, the likeliest first',
        body: Type.Object({ tracking_number: Type.String() }, { additionalProperties: false }),
        response: {
          200: Type.Object({
            candidates: Type.Array(
              Type.Object({
                courier_code: Type.String(),
                reason: Type.String(),
                confidence: Type.Number({ description: '0 to 1: an order of likelihood.' }),
              }),
            ),
          }),
          ...refusals,
        },
      },
    },
    (request) => {
      const number = readNumber(request.body.tracking_number);
      if (number === null) throw new AppError(problem('number_invalid', undefined, '/tracking_number'));
      return {
        candidates: detect(number).map(({ courierCode, reason, confidence }) => ({
          courier_code: courierCode,
          reason,
          confidence,
        })),
      };
    },
  );
}

function courierJson(courier: (typeof COURIERS)[number]): Type.Static<typeof CourierSchema> {
  const { code, name, kind, country, homepage, phone } = courier;
  return { code, name, kind, country, homepage, phone, pollable: adapterOf(code) !== null };
}
