/** `waybell overview`: how trackings, deliveries, webhooks and couriers fare, at a glance. */
import { Command } from 'commander';
import { limits } from '../domain/limits.ts';
import type { Client, CourierFigures, Overview, WebhookFigures } from '../sdk/client.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { wholeNumber } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { type Column, printFields, printJson, printTable } from './table.ts';
import { print } from './terminal.ts';

interface OverviewFlags extends ConnectFlags {
  readonly hours?: number;
}

export function overviewCommand(): Command {
  return withConnection(new Command('overview'))
    .description('how deliveries, webhooks and couriers fare')
    .option(
      '--hours <N>',
      `look back so many hours, 1 to ${limits.overviewHoursMax}; 24 if not given`,
      wholeNumber({ min: 1, max: limits.overviewHoursMax }),
    )
    .addHelpText('after', '\nExample:\n  waybell overview --hours 6')
    .action((flags: OverviewFlags) => connected(flags, (client) => show(client, flags)));
}

async function show(client: Client, flags: OverviewFlags): Promise<void> {
  const overview = await client.overview.get({ hours: flags.hours });
  if (flags.json) return printJson(overview);
  printFields(fieldsOf(overview));
  const urls = new Map<string, string>();
  for await (const { id, url } of client.webhooks.list()) urls.set(id, url);
  print('');
  printTable(overview.webhooks, webhookColumns(overview, urls), 'No webhooks.');
  if (overview.couriers.length === 0) return;
  print('');
  printTable(overview.couriers, courierColumns, '');
}

function fieldsOf({ trackings, deliveries, from, hours }: Overview) {
  const { accepted, failed, counted_to: countedTo } = deliveries;
  const statuses = Object.entries(trackings.by_status).filter(([, count]) => count > 0);
  return {
    since: `${localTimeOf(from)} (${hours} h)`,
    trackings: `${trackings.total}${statuses.length > 0 ? `: ${statuses.map(([status, count]) => `${count} ${status}`).join(', ')}` : ''}`,
    archived: trackings.archived,
    attempts: `${accepted} accepted, ${failed} failed`,
    'success rate': percentText(deliveries.success_rate),
    'p50, p95, p99': [deliveries.p50_ms, deliveries.p95_ms, deliveries.p99_ms].map(msText).join(', '),
    waiting: countText(deliveries.waiting, countedTo),
    'oldest waiting': localTimeOf(deliveries.oldest_waiting_at),
    'next attempt': localTimeOf(deliveries.next_attempt_at),
    parked: countText(deliveries.parked, countedTo),
  };
}

function webhookColumns(
  { deliveries: { counted_to: countedTo } }: Overview,
  urls: ReadonlyMap<string, string>,
): Column<WebhookFigures>[] {
  return [
    { heading: 'WEBHOOK', cell: ({ webhook_id: id }) => id },
    { heading: 'ACCEPTED', cell: ({ accepted }) => accepted },
    { heading: 'FAILED', cell: ({ failed }) => failed },
    { heading: 'SUCCESS', cell: ({ success_rate: rate }) => percentText(rate) },
    { heading: 'P95', cell: ({ p95_ms: ms }) => msText(ms) },
    { heading: 'WAITING', cell: ({ waiting }) => countText(waiting, countedTo) },
    { heading: 'PARKED', cell: ({ parked }) => countText(parked, countedTo) },
    { heading: 'NEXT ATTEMPT', cell: ({ next_attempt_at: at }) => localTimeOf(at) },
    { heading: 'URL', cell: ({ webhook_id: id }) => urls.get(id), whole: true },
  ];
}

const courierColumns: readonly Column<CourierFigures>[] = [
  { heading: 'COURIER', cell: ({ courier_code: code }) => code },
  { heading: 'ASKED', cell: ({ asked }) => asked },
  { heading: 'FAILED', cell: ({ failed }) => failed },
  { heading: 'LAST ANSWER', cell: ({ last_answer_at: at }) => localTimeOf(at) },
  { heading: 'LAST FAILURE', cell: ({ last_failure: why }) => why, whole: true },
];

function countText(count: number, countedTo: number): string {
  return count >= countedTo ? `${count} or more` : String(count);
}

/** Rounded down: what has failed once is not 100 %. */
function percentText(rate: number | null): string {
  return rate === null ? '–' : `${Math.floor(rate * 1000) / 10} %`;
}

function msText(ms: number | null): string {
  return ms === null ? '–' : `${ms} ms`;
}
