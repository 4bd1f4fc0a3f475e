/** `waybell send-test`: a sample to a webhook, now, and what came of it. The first thing to try with a new receiver. */
import { Command, Option } from 'commander';
import { SELECTABLE_STATUSES } from '../domain/webhook.ts';
import type { Client, Status, TestAttempt } from '../sdk/client.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { printFields, printJson } from './table.ts';
import { paint, print } from './terminal.ts';

export interface SendTestFlags extends ConnectFlags {
  readonly status: Status;
}

export function sendTestCommand(): Command {
  return withConnection(
    new Command('send-test')
      .argument('<WEBHOOK>')
      .description('send a sample to a webhook now and show what came back')
      .addOption(statusOption()),
  )
    .addHelpText(
      'after',
      '\nIt is no delivery: nothing is logged and nothing retried. Exit code 1 where it was not accepted.\n\nExample:\n  waybell send-test wh_… --status exception',
    )
    .action((id: string, flags: SendTestFlags) => connected(flags, (client) => sendTest(client, id, flags)));
}

export function statusOption(): Option {
  return new Option('--status <STATUS>', 'status of the sample')
    .choices(SELECTABLE_STATUSES)
    .default('delivered');
}

export async function sendTest(client: Client, id: string, { status, json }: SendTestFlags): Promise<void> {
  const attempt = await client.webhooks.test(id, { status });
  const accepted = attempt.verdict === 'accepted';
  if (!accepted) process.exitCode = 1;
  if (json) return printJson(attempt);
  printFields({
    sent: `POST ${attempt.request.url} (${new TextEncoder().encode(attempt.request.body).length} bytes)`,
    to: attempt.address,
    answer: answerText(attempt),
    took: `${Math.round(attempt.timings.total_ms)} ms`,
    body: attempt.response?.body,
  });
  print(
    accepted
      ? `${paint.good('✔ accepted')}  ${attempt.reason}`
      : `${paint.bad('✗ not accepted')}  ${attempt.reason}`,
  );
}

/** `200`, or `ECONNREFUSED` where there was no response. */
export function answerText({ response, failure }: Pick<TestAttempt, 'response' | 'failure'>): string {
  return response === null ? (failure?.code ?? '–') : String(response.status);
}
