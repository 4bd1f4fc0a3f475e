/**
 * The couriers that Waybell knows by name. Codes are spelt as TrackingMore spells them, also where that differs from
 * the company's present name (`hermes-uk` is Evri, `belgium-post` is bpost), so that a program written for TrackingMore
 * finds the same words. Codes that are not listed are refused by name.
 *
 * `china-ems` and `sweden-posten` stand exactly as in TrackingMore's published webhook, plain http included, because
 * their homepages are part of bodies that receivers compare.
 */
import type { Courier } from '../domain/courier.ts';

type Row = readonly [
  code: string,
  name: string,
  kind: Courier['kind'],
  country: string | null,
  homepage: string | null,
  phone?: string,
];

/** Sorted by code. A phone number stands only where the courier publishes one line for all customers. */
const rows: readonly Row[] = [
  ['4px', '4PX', 'express', 'CN', 'https://www.4px.com/'],
  ['amazon', 'Amazon Logistics', 'express', null, 'https://logistics.amazon.com/'],
  ['an-post', 'An Post', 'post', 'IE', 'https://www.anpost.com/'],
  ['aramex', 'Aramex', 'express', null, 'https://www.aramex.com/'],
  ['australia-post', 'Australia Post', 'post', 'AU', 'https://auspost.com.au/', '+61 13 7678'],
  ['austria-post', 'Austrian Post', 'post', 'AT', 'https://www.post.at/'],
  ['belgium-post', 'Bpost', 'post', 'BE', 'https://www.bpost.be/'],
  ['brazil-correios', 'Brazil Correios', 'post', 'BR', 'https://www.correios.com.br/'],
  ['bulgaria-post', 'Bulgaria Post', 'post', 'BG', 'https://www.bgpost.bg/'],
  ['cainiao', 'Cainiao', 'express', 'CN', 'https://global.cainiao.com/'],
  ['canada-post', 'Canada Post', 'post', 'CA', 'https://www.canadapost-postescanada.ca/', '+1 866 607 6301'],
  ['canpar', 'Canpar Express', 'express', 'CA', 'https://www.canpar.com/'],
  ['china-ems', 'China EMS', 'post', 'CN', 'http://www.ems.com.cn/'],
  ['china-post', 'China Post', 'post', 'CN', 'https://www.chinapost.com.cn/'],
  ['chronopost', 'Chronopost', 'express', 'FR', 'https://www.chronopost.fr/'],
  ['colissimo', 'Colissimo', 'post', 'FR', 'https://www.laposte.fr/colissimo'],
  ['correos-mexico', 'Correos de México', 'post', 'MX', 'https://www.gob.mx/correosdemexico'],
  ['correos-spain', 'Correos Spain', 'post', 'ES', 'https://www.correos.es/', '+34 915 197 197'],
  ['ctt', 'CTT Portugal', 'post', 'PT', 'https://www.ctt.pt/'],
  ['czech-post', 'Czech Post', 'post', 'CZ', 'https://www.ceskaposta.cz/'],
  ['denmark-post', 'PostNord Denmark', 'post', 'DK', 'https://www.postnord.dk/'],
  ['deutsche-post', 'Deutsche Post', 'post', 'DE', 'https://www.deutschepost.de/', '+49 228 4333112'],
  ['dhl', 'DHL Express', 'express', null, 'https://www.dhl.com/'],
  ['dhl-germany', 'DHL Germany', 'post', 'DE', 'https://www.dhl.de/'],
  ['dhlglobalmail', 'DHL eCommerce', 'express', null, 'https://webtrack.dhlglobalmail.com/'],
  ['dpd', 'DPD', 'express', null, 'https://www.dpd.com/'],
  ['dpd-de', 'DPD Germany', 'express', 'DE', 'https://www.dpd.com/de/'],
  ['dpd-uk', 'DPD UK', 'express', 'GB', 'https://www.dpd.co.uk/'],
  ['fedex', 'FedEx', 'express', null, 'https://www.fedex.com/', '+1 800 463 3339'],
  ['finland-posti', 'Posti', 'post', 'FI', 'https://www.posti.fi/'],
  ['gls', 'GLS', 'express', null, 'https://gls-group.com/'],
  ['greece-post', 'ELTA Hellenic Post', 'post', 'GR', 'https://www.elta.gr/'],
  ['hermes-de', 'Hermes Germany', 'express', 'DE', 'https://www.myhermes.de/'],
  ['hermes-uk', 'Evri', 'express', 'GB', 'https://www.evri.com/'],
  ['hong-kong-post', 'Hong Kong Post', 'post', 'HK', 'https://www.hongkongpost.hk/'],
  ['hrvatska-posta', 'Croatian Post', 'post', 'HR', 'https://www.posta.hr/'],
  ['india-post', 'India Post', 'post', 'IN', 'https://www.indiapost.gov.in/'],
  ['inpost-paczkomaty', 'InPost', 'express', 'PL', 'https://inpost.pl/'],
  ['israel-post', 'Israel Post', 'post', 'IL', 'https://www.israelpost.co.il/'],
  ['japan-post', 'Japan Post', 'post', 'JP', 'https://www.post.japanpost.jp/'],
  ['korea-post', 'Korea Post', 'post', 'KR', 'https://www.epost.go.kr/'],
  ['landmark-global', 'Landmark Global', 'express', null, 'https://landmarkglobal.com/'],
  ['laposte', 'La Poste', 'post', 'FR', 'https://www.laposte.fr/', '3631'],
  ['lasership', 'LaserShip', 'express', 'US', 'https://www.lasership.com/'],
  ['latvijas-pasts', 'Latvijas Pasts', 'post', 'LV', 'https://www.pasts.lv/'],
  ['magyar-posta', 'Magyar Posta', 'post', 'HU', 'https://www.posta.hu/'],
  ['malaysia-post', 'Pos Malaysia', 'post', 'MY', 'https://www.pos.com.my/'],
  ['mondialrelay', 'Mondial Relay', 'express', 'FR', 'https://www.mondialrelay.fr/'],
  ['new-zealand-post', 'New Zealand Post', 'post', 'NZ', 'https://www.nzpost.co.nz/'],
  ['nova-poshta', 'Nova Poshta', 'express', 'UA', 'https://novaposhta.ua/'],
  ['old-dominion', 'Old Dominion Freight Line', 'express', 'US', 'https://www.odfl.com/'],
  ['omniva', 'Omniva', 'post', 'EE', 'https://www.omniva.ee/'],
  ['ontrac', 'OnTrac', 'express', 'US', 'https://www.ontrac.com/'],
  [
    'parcel-force',
    'Parcelforce Worldwide',
    'express',
    'GB',
    'https://www.parcelforce.com/',
    '+44 344 800 4466',
  ],
  ['poczta-polska', 'Poczta Polska', 'post', 'PL', 'https://www.poczta-polska.pl/'],
  ['posta-romana', 'Poșta Română', 'post', 'RO', 'https://www.posta-romana.ro/'],
  ['poste-italiane', 'Poste Italiane', 'post', 'IT', 'https://www.poste.it/', '803 160'],
  ['posten-norge', 'Posten Norge', 'post', 'NO', 'https://www.posten.no/'],
  ['postnl-3s', 'PostNL International 3S', 'post', 'NL', 'https://postnl.post/'],
  ['postnl-parcels', 'PostNL', 'post', 'NL', 'https://www.postnl.nl/'],
  ['purolator', 'Purolator', 'express', 'CA', 'https://www.purolator.com/', '+1 888 744 7123'],
  ['royal-mail', 'Royal Mail', 'post', 'GB', 'https://www.royalmail.com/', '+44 3457 740 740'],
  ['russian-post', 'Russian Post', 'post', 'RU', 'https://www.pochta.ru/'],
  ['sandbox', 'Sandbox', 'sandbox', null, null],
  ['sandbox-destination', 'Sandbox Destination', 'sandbox', null, null],
  ['sf-express', 'SF Express', 'express', 'CN', 'https://www.sf-express.com/'],
  ['singapore-post', 'Singapore Post', 'post', 'SG', 'https://www.singpost.com/'],
  ['south-africa-post', 'South African Post Office', 'post', 'ZA', 'https://www.postoffice.co.za/'],
  ['speedee', 'Spee-Dee Delivery', 'express', 'US', 'https://speedeedelivery.com/'],
  ['sweden-posten', 'Sweden Posten', 'post', 'SE', 'http://www.posten.se/'],
  ['swiss-post', 'Swiss Post', 'post', 'CH', 'https://www.post.ch/', '+41 848 888 888'],
  ['taiwan-post', 'Chunghwa Post', 'post', 'TW', 'https://www.post.gov.tw/'],
  ['thailand-post', 'Thailand Post', 'post', 'TH', 'https://www.thailandpost.co.th/'],
  ['tnt', 'TNT', 'express', null, 'https://www.tnt.com/'],
  ['turkey-post', 'PTT Turkey', 'post', 'TR', 'https://www.ptt.gov.tr/'],
  ['ukraine-post', 'Ukrposhta', 'post', 'UA', 'https://www.ukrposhta.ua/'],
  ['ups', 'UPS', 'express', null, 'https://www.ups.com/', '+1 800 742 5877'],
  ['usps', 'USPS', 'post', 'US', 'https://www.usps.com/', '+1 800 275 8777'],
  ['yanwen', 'Yanwen', 'express', 'CN', 'https://www.yw56.com.cn/'],
  ['yodel', 'Yodel', 'express', 'GB', 'https://www.yodel.co.uk/'],
  ['yunexpress', 'YunExpress', 'express', 'CN', 'https://www.yunexpress.com/'],
];

export const COURIERS: readonly Courier[] = rows.map(([code, name, kind, country, homepage, phone]) => ({
  code,
  name,
  homepage,
  phone: phone ?? null,
  country,
  kind,
}));

export function courierOf(code: string): Courier | null {
  return couriersByCode.get(code) ?? null;
}

const couriersByCode: ReadonlyMap<string, Courier> = new Map(
  COURIERS.map((courier) => [courier.code, courier]),
);
