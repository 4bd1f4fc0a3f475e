/** Which column of a table holds what: recognised by the names in its first row, else by what its cells look like. */

/** What a column may hold, as the API spells it, in the order in which people look for it. */
export const fields = [
  'tracking_number',
  'courier_code',
  'title',
  'order_id',
  'order_number',
  'order_date',
  'customer_name',
  'customer_email',
  'customer_phone',
  'origin_country',
  'destination_country',
  'destination_courier_code',
  'recipient_postcode',
  'ship_date',
  'logistics_channel',
  'label',
  'note',
  'language',
] as const;

export type Field = (typeof fields)[number];

/** For each column what it holds; null: it is left out. */
export type Mapping = readonly (Field | null)[];

/** Names beside the API's own, as shops and TrackingMore write them, folded. */
const names: Readonly<Record<Field, readonly string[]>> = {
  tracking_number: [
    ...['tracking', 'trackingno', 'trackingnr', 'trackingcode', 'trackingid', 'trackingnumbers', 'number'],
    ...['awb', 'awbnumber', 'waybill', 'waybillnumber', 'shipmentnumber', 'consignment', 'consignmentnumber'],
    ...['parcelnumber', 'packagenumber', 'sendungsnummer', 'numerodesuivi', 'numerodeseguimiento'],
    ...['numeroditracking', 'kollinummer', '运单号', '快递单号', '物流单号', '送り状番号', '운송장번호'],
  ],
  courier_code: [
    ...[
      'courier',
      'couriername',
      'carrier',
      'carriercode',
      'carriername',
      'shippingcarrier',
      'trackingcompany',
    ],
    ...['shippingcompany', 'versender', 'transporteur', '快递公司', '운송사'],
  ],
  title: ['name', 'product', 'productname', 'item', 'itemname', 'description', 'lineitemname'],
  order_id: ['order', 'orderref', 'orderreference', 'reference'],
  order_number: ['orderno', 'ordernr', 'ordername', 'bestellnummer'],
  order_date: ['ordercreatetime', 'ordered', 'orderedat'],
  customer_name: ['customer', 'recipient', 'recipientname', 'consignee', 'shippingname', 'receiver'],
  customer_email: ['email', 'emailaddress', 'recipientemail', 'customermail'],
  customer_phone: ['phone', 'phonenumber', 'mobile', 'customersms', 'shippingphone', 'telephone'],
  origin_country: ['origin', 'origincode', 'origincountryiso2', 'fromcountry', 'sendercountry'],
  destination_country: [
    ...['destination', 'destinationcode', 'destinationcountryiso2', 'country', 'countrycode', 'tocountry'],
    ...['shippingcountry', 'recipientcountry'],
  ],
  destination_courier_code: ['destinationcourier', 'destinationcarrier', 'lastmilecarrier'],
  recipient_postcode: ['postcode', 'postalcode', 'zip', 'zipcode', 'shippingzip', 'trackingpostalcode'],
  ship_date: ['shipped', 'shippedat', 'shippingdate', 'trackingshipdate', 'shipdate'],
  logistics_channel: ['channel', 'service', 'shippingmethod', 'shippingservice'],
  label: ['labels', 'tag', 'tags'],
  note: ['notes', 'comment', 'comments', 'remark', 'remarks'],
  language: ['lang', 'locale', 'customerlanguage'],
};

const known = new Map<string, Field>(
  fields.flatMap((field) => [folded(field), ...names[field]].map((name) => [name, field] as const)),
);

interface Recognised {
  readonly hasHeader: boolean;
  readonly mapping: Mapping;
}

export function recognise(rows: readonly (readonly string[])[]): Recognised {
  const head = rows[0] ?? [];
  const byName = named(head);
  // A row of names has no number in it, whatever the names are.
  const hasHeader = byName.some((field) => field !== null) || !head.some(looksLikeNumber);
  return {
    hasHeader,
    mapping: withNumber(hasHeader ? byName : head.map(() => null), rows.slice(1, 50), head),
  };
}

/** What the names in a first row say. No field is taken twice. */
function named(head: readonly string[]): Mapping {
  const taken = new Set<Field>();
  return head.map((name) => {
    const field = known.get(folded(name)) ?? null;
    if (field === null || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

/** Where no name says which column has the numbers, the one that most looks like it. */
function withNumber(
  mapping: Mapping,
  below: readonly (readonly string[])[],
  head: readonly string[],
): Mapping {
  if (mapping.includes('tracking_number')) return mapping;
  const scores = mapping.map((field, column) =>
    field === null ? [head, ...below].filter((row) => looksLikeNumber(row[column] ?? '')).length : 0,
  );
  const best = scores.indexOf(Math.max(...scores));
  return (scores[best] ?? 0) === 0
    ? mapping
    : mapping.map((field, column) => (column === best ? 'tracking_number' : field));
}

function looksLikeNumber(cell: string): boolean {
  return /^[A-Za-z0-9 -]{8,50}$/.test(cell) && (cell.match(/\d/g)?.length ?? 0) >= 5;
}

/** As names are compared: `Tracking No.` is `trackingno`. */
function folded(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
