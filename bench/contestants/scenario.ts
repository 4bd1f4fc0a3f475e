/** Waybell, as `waybell serve` builds it, with the accounts and webhooks that a scenario asks for; on a folder that has them already, with those. */
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import type { WebhookVersion } from '../../src/domain/status.ts';
import { reportUsage } from './usage.ts';

export interface Plan {
  readonly folder: string;
  /** PostgreSQL as the store instead of a file in the folder. */
  readonly database?: { readonly url: string; readonly vaultKey: string };
  /** One key for each account. */
  readonly keys: readonly string[];
  /** Made on the first start, each for one of the accounts. */
  readonly webhooks: readonly {
    readonly account: number;
    readonly url: string;
    readonly version: WebhookVersion;
    readonly enabled: boolean;
  }[];
}

const plan = JSON.parse(process.argv[2] as string) as Plan;
const config = readConfig(
  {
    ...{ data: plan.folder, port: '0', allowNetworks: '127.0.0.0/8', logLevel: 'error' },
    database: plan.database?.url,
  },
  null,
  { WAYBELL_API_KEY: plan.keys[0], WAYBELL_VAULT_KEY: plan.database?.vaultKey },
);
const app = await startApp(config);
if (app.first !== null) {
  const ids = [app.first.account.id];
  for (const apiKey of plan.keys.slice(1)) {
    const made = await app.accounts.create({ signingEmail: 'bench@shop.example', timeZone: 'UTC', apiKey });
    ids.push(made.account.id);
  }
  for (const { account, url, version, enabled } of plan.webhooks) {
    const id = ids[account] as (typeof ids)[0];
    const draft = { url, version, statuses: 'all', firesOn: 'every_update' } as const;
    const { webhook } = await app.webhooks.create(id, draft, null);
    if (!enabled)
      await app.webhooks.disable(id, webhook.id, {
        by: 'request',
        reason: 'The bench wants its deliveries parked.',
      });
  }
}
reportUsage({ url: app.url, key: '' });
process.on('disconnect', async () => {
  await app.stop();
  process.exit(0);
});
