import { openTemporary } from './folder.ts';
import { storeSuite } from './store.ts';

storeSuite('the embedded store', openTemporary);
