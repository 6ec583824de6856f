import { openStore } from '../../../src/store/open-store.ts';
import { moveStamps } from '../../../src/store/stamps/move-stamps.ts';

/** Moves the stamps of the store at the path it is given, in a process that can be killed. */
const path = process.argv[2];
if (path === undefined) throw new Error('no store is named');
const db = await openStore(path);
await moveStamps(db, () => undefined);
await db.destroy();
