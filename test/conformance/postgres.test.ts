/** The PostgreSQL store passes the suite that the embedded one passes. */
import { after } from 'node:test';
import { startDatabases } from './database.ts';
import { storeSuite } from './store.ts';

const databases = await startDatabases();
after(() => databases.cluster.stop());

storeSuite(`the PostgreSQL store (${databases.cluster.version})`, databases.openTemporary);
