/** `waybell events`: the log of what happened, for those who cannot receive webhooks, and to watch. */
import { Command } from 'commander';
import type { Client, OperationalEvent, TrackingEvent } from '../sdk/client.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { type PageFlags, pageOf, withPaging } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { pause } from './pause.ts';
import { type Column, printJson, printTable, tableLines } from './table.ts';
import { paint, print } from './terminal.ts';

type AnyEvent = TrackingEvent | OperationalEvent;

interface ListFlags extends ConnectFlags, PageFlags {
  readonly follow?: boolean;
}

/** How often the log is asked for more. */
const followMs = 1000;

export function eventsCommand(): Command {
  const command = new Command('events').description('the log of what happened');
  withConnection(
    withPaging(command.command('list'))
      .description('events, oldest first')
      .option('--follow', 'go on to the end and wait for more, until Ctrl-C; with --json one event a line'),
  )
    .addHelpText('after', '\nExample:\n  waybell events list --follow')
    .action((flags: ListFlags) =>
      connected(flags, (client) => (flags.follow ? follow(client, flags) : list(client, flags))),
    );
  return command;
}

async function list(client: Client, flags: ListFlags): Promise<void> {
  const page = await client.events.list(pageOf(flags)).page();
  if (flags.json) return printJson(page);
  printTable(page.data, columns, 'No events from here on.');
  if (page.data.length > 0) print(paint.dim(`Go on with --cursor ${page.next_cursor}`));
}

async function follow(client: Client, flags: ListFlags): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
  let { cursor } = flags;
  while (true) {
    const page = await client.events.list({ limit: flags.limit, cursor }).page();
    for (const event of page.data) print(flags.json ? JSON.stringify(event) : eventLine(event));
    cursor = page.next_cursor ?? cursor;
    if (page.data.length === 0) await pause(followMs);
  }
}

/** A table of one row without its heading, its cells as wide as the usual ones, so that the lines agree. */
function eventLine(event: AnyEvent): string {
  return tableLines([event], lineColumns).at(-1) ?? '';
}

/** Of the sending: which webhook. */
function changeText(event: AnyEvent): string {
  if ('data' in event) return String(event.data.description || event.data.url);
  const { kind, from, to, checkpoints_added: added } = event;
  if (kind === 'status') return `${from.status} → ${to.status}`;
  if (kind === 'substatus') return `${from.substatus} → ${to.substatus}`;
  return kind === 'checkpoint' ? `${to.status}, ${added} new` : `${to.status}, details`;
}

function numberText(event: AnyEvent): string {
  return 'data' in event ? String(event.data.tracking_number ?? '–') : event.tracking_number;
}

const columns: readonly Column<AnyEvent>[] = [
  { heading: 'TIME', cell: (row) => localTimeOf(row.created_at) },
  { heading: 'NUMBER', cell: numberText, paint: paint.strong },
  { heading: 'REV', cell: (row) => ('data' in row ? '–' : row.revision) },
  { heading: 'KIND', cell: (row) => row.kind },
  { heading: 'CHANGE', cell: changeText },
  { heading: 'ID', cell: (row) => row.id, paint: paint.dim },
];

const lineWidths: Readonly<Record<string, number>> = { NUMBER: 26, KIND: 17, CHANGE: 26 };
const lineColumns: typeof columns = columns.map((column) => ({
  ...column,
  paint: (text, row) => {
    const padded = text.padEnd(lineWidths[column.heading] ?? 0);
    return column.paint === undefined ? padded : column.paint(padded, row);
  },
}));
