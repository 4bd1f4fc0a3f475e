/** `waybell serve`: the server. With `--samples` an empty store first gets something to watch. */
import path from 'node:path';
import { Command, Option } from 'commander';
import type { App } from '../app.ts';
import { type Config, readConfig, VERSION } from '../config/config.ts';
import { widenThreads } from '../config/environment.ts';
import { SETTINGS, type SettingName } from '../config/settings.ts';
import { ConfigError } from '../config/values.ts';
import type { Account } from '../domain/account.ts';
import { attemptLine } from './attemptLine.ts';
import { firstAccountLines, firstMemberLines } from './firstAccount.ts';
import { keyHeader } from './shell.ts';
import { isTerminal, paint, print } from './terminal.ts';

interface Flags extends Partial<Record<SettingName, unknown>> {
  readonly samples?: boolean;
  readonly config?: string;
}

/** A second signal within this time is the same wish twice (a terminal and a launcher both pass it on). */
const sameWishMs = 1000;

export function serveCommand(): Command {
  const command = new Command('serve').description('run the server').action(serve);
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const { flag, help, variable } = setting;
    const value = 'value' in setting ? ` <${setting.value}>` : '';
    const option = new Option(`${flag}${value}`, `${help} [${variable}]`);
    option.attributeName = () => name;
    if ('many' in setting) option.argParser((item: string, items: string[] = []) => [...items, item]);
    command.addOption(option);
  }
  return command
    .option('--config <FILE>', 'a JSON file with settings')
    .option('--samples', 'on an empty store: sample parcels, and a webhook to the built-in inbox')
    .addHelpText('after', '\nThe first start makes an account; its key stands in DIR/api-key.');
}

async function serve(flags: Flags): Promise<void> {
  const config = readConfig(flags, flags.config ?? null);
  if (flags.samples && config.database !== null) {
    throw new ConfigError(
      `Samples are for trying Waybell out on a store of its own, not for a database: leave out --samples, or ${SETTINGS.database.flag}.`,
    );
  }
  // Before anything uses a thread: their number is settled by the first use.
  const lookupSlots = widenThreads();
  // Loaded here, since the other commands start faster without the server.
  const [{ startApp }, { followAddress, makeSamples }] = await Promise.all([
    import('../app.ts'),
    import('../samples/samples.ts'),
  ]);
  const app = await startApp(config, { lookupSlots });
  stopOnSignal(app, config);
  app.onAttempt((report) => print(attemptLine(report)));
  const account = await greet(app, config, flags.samples === true);
  if (flags.samples && account !== null) await makeSamples(account, app.url, app);
  else if (config.database === null) await followAddress(app.url, app);
}

async function greet(app: App, config: Config, samples: boolean): Promise<Account | null> {
  const folder = path.relative('', config.data) || '.';
  const store = config.database?.name ?? path.join(folder, 'waybell.db');
  // Links are for browsers, which may be anywhere; what is pasted on this machine goes to its own address.
  const outside = config.publicUrl ?? app.url;
  print(`${paint.strong(`Waybell ${VERSION}`)}  store ${store}  listening on ${paint.link(app.url)}`);
  if (config.publicUrl !== null) print(`From outside: ${paint.link(config.publicUrl)}`);
  if (!config.roles.includes('api')) {
    print(
      `Role: ${config.roles.join(' and ')}. Requests are for processes of the role api; this one answers /healthz, /readyz and /metrics.`,
    );
    print(ending);
    return null;
  }
  const accounts = await app.accounts.list();
  const account = app.first?.account ?? accounts[0];
  if (app.first !== null) firstAccountLines(app.first, { folder, isTerminal }).forEach(print);
  if (app.firstMember !== null) firstMemberLines(app.firstMember, { outside, isTerminal }).forEach(print);
  if (account === undefined) return null;
  print(`Open:   ${paint.link(outside)}  the console`);
  const key = keyHeader(folder);
  const json = "-H 'Content-Type: application/json'";
  if (samples) {
    const token = await app.inbox.tokenOf(account.id);
    print(
      `Watch:  ${paint.link(`${outside}/inbox/${token}`)}  what arrives   ${paint.link(`${outside}/api`)}  the API`,
    );
  } else print(`API:    ${paint.link(`${outside}/api`)}`);
  print(`Try:    curl ${app.url}/api/v1/updates ${key} ${json} -d '${example}'`);
  print(
    `Yours:  curl ${app.url}/api/v1/webhooks ${key} ${json} -d '{"url":"https://example.com/hook","version":"v2"}'`,
  );
  print(ending);
  return account;
}

const ending = paint.dim(
  'Ctrl-C ends it: requests under way are finished, everything else is kept for the next start.',
);

const example = JSON.stringify({
  updates: [
    {
      tracking_number: 'LX203960974CN',
      checkpoints: [
        { time: '2016-11-16 10:05', description: 'Delivered', status: 'delivered', side: 'destination' },
      ],
    },
  ],
});

function stopOnSignal(app: App, config: Config): void {
  let firstAt: number | null = null;
  const onSignal = async () => {
    const now = app.clock.monotonic();
    if (firstAt !== null) {
      if (now - firstAt > sameWishMs) process.exit(130);
      return;
    }
    firstAt = now;
    const { inFlight } = app.sender.load();
    print(
      `\nStopping: ${inFlight} requests under way, at most ${config.drainSeconds} s (again to end at once) …`,
    );
    const { drained } = await app.stop();
    print(
      drained
        ? 'Stopped. What was not yet due is kept and goes out after the next start.'
        : 'Stopped. Requests that had no answer yet are sent again after the next start, under the same id.',
    );
    process.exit(0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
}
