/** Waybell itself, as `waybell serve` builds it, with one webhook to the bench's receiver. */
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { reportUsage } from './usage.ts';

const [target = '', folder = ''] = process.argv.slice(2);
const config = readConfig(
  { data: folder, port: '0', allowNetworks: '127.0.0.0/8', logLevel: 'error' },
  null,
  {},
);
const app = await startApp(config);
const { account, key } = app.first as NonNullable<typeof app.first>;
await app.webhooks.create(
  account.id,
  { url: target, version: 'v2', statuses: 'all', firesOn: 'every_update' },
  null,
);
reportUsage({ url: app.url, key });
process.on('disconnect', async () => {
  await app.stop();
  process.exit(0);
});
