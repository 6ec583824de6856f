import { keepFact, readFact } from '../store/facts.ts';
import type { Db } from '../store/open-store.ts';

const NAME = 'paused';

/** Whether somebody has told the loop to open no more rounds. */
export const isPaused = async (db: Db): Promise<boolean> => (await readFact(db, NAME)) === 'true';

export const setPaused = (db: Db, paused: boolean): Promise<void> => keepFact(db, NAME, String(paused));
