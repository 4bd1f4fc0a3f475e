/**
 * A process to be killed: commits trackings with a delivery each and settles some of them, several at once, and prints
 * the id of each write after it is acknowledged. `node committer.ts FOLDER`
 */
import { writeSync } from 'node:fs';
import { openIn } from './folder.ts';
import { aParcel, changeOf, commit, settle, settled } from './world.ts';

const atOnce = 5;

const store = await openIn(process.argv[2] as string);
const { account, webhooks } = await settled(store, {});
for (;;) {
  await Promise.all(
    Array.from({ length: atOnce }, async (_, index) => {
      const tracking = aParcel(account.id);
      const [delivery] = await commit(store, changeOf(tracking, webhooks));
      say('committed', tracking.id, delivery?.id);
      if (index % 2 === 0 && delivery !== undefined) {
        await settle(store, delivery, 'accepted');
        say('accepted', tracking.id, delivery.id);
      }
    }),
  );
}

function say(what: string, trackingId: string, deliveryId: string | undefined): void {
  writeSync(1, `${what} ${account.id} ${trackingId} ${deliveryId}\n`);
}
