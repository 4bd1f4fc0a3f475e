/** `awb`: the whole shape, and the plain word that air waybills are not followed here. */
import { membersOf, textIn } from '../said.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { untrackedWaybills } from '../waybill.ts';
import { ask } from './endpoint.ts';

const awbForm = /^\d{3}[ -]?\d{8}$/;

export const awbEndpoints: readonly Endpoint[] = [
  {
    ...ask('/awb', ({ body }) => {
      const number = textIn(membersOf(body), 'awb_number');
      if (number === null || !awbForm.test(number)) throw new Refusal(4160);
      return {
        awb_number: number,
        awb_status: null,
        awb_substatus: null,
        // Some clients bind a number, others a text.
        status_number: null,
        weight: null,
        piece: null,
        origin: null,
        destination: null,
        flight_way_station: [],
        last_event: untrackedWaybills,
        flight_info_new: [],
        flight_info: {},
        track_info: [],
        airline_info: { name: null, url: null, track_url: null, trackpage_url: null },
      };
    }),
    refusedData: null,
  },
];
