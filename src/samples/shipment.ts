/**
 * The sample shipment: the one that TrackingMore's webhook page shows, its texts and figures as published there, but for
 * a courier's name and telephone number in one scan, which are a person's.
 */
import type { Report } from '../tracking/readUpdate.ts';

export const sampleShipment: Report = {
  number: 'LX203960974CN',
  courierCode: 'china-ems',
  create: true,
  fields: {
    title: '',
    customer_email: '',
    origin_country: 'CN',
    destination_country: 'SE',
    destination_courier_code: 'sweden-posten',
  },
  scans: [
    { time: '2016-11-15 08:23', description: '未妥投', location: '瑞典', status: 'exception' },
    { time: '2016-11-14 09:34', description: '到达处理中心,来自中国 广州', location: '瑞典' },
    { time: '2016-10-31 22:45', description: '海关放行', location: '广州市' },
    { time: '2016-10-31 22:35', description: '送交海关', location: '广州市' },
    { time: '2016-10-29 22:04', description: '到达广州航站处理中心（经转）', location: '广州市' },
    { time: '2016-10-29 20:20', description: '离开中山市 发往广州市', location: '中山市' },
    { time: '2016-10-29 16:24', description: '中山市邮政速递物流公司恒基速递部已收件', location: '中山市' },
    {
      side: 'destination',
      time: '2016-11-15 15:04',
      description:
        'Posten has not been able to reach the recipient for delivery before 10.00. New delivery attempt to be made no later than 18.00. The item will subsequently be treated as an ordinary letter',
      location: '535031, Sweden',
      status: 'undelivered',
    },
    {
      side: 'destination',
      time: '2016-11-15 14:00',
      description:
        'The shipment item could not be delivered because the recipient was not possible to reach. A notice has been given and the shipment item is delivered to a service point.',
      location: '535031, Sweden',
    },
    {
      side: 'destination',
      time: '2016-11-15 07:23',
      description:
        'The item has arrived at the recipient´s delivery point. Express to be dispatched to the recipient, other items notified',
      location: '535031, Sweden',
    },
    {
      side: 'destination',
      time: '2016-11-14 23:32',
      description: 'The item has been through the post terminal',
      location: '149, Sweden',
    },
    {
      side: 'destination',
      time: '2016-11-14 09:34',
      description: 'The item has arrived from abroad to Posten´s international terminal for sorting',
      location: 'Stockholm utr',
    },
  ],
};

/** Sandbox parcels of the first start: see `docs/reference/sandbox.md`. */
export const sandboxNumbers = [
  'SANDBOX-DELIVERED-1001',
  'SANDBOX-FAILEDATTEMPT-1002',
  'SANDBOX-CUSTOMS-1003',
  'SANDBOX-INTERNATIONAL-1004',
  'SANDBOX-RETURNED-1005',
];
