import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { ObjectContent } from '../../bot/content/object-content.ts';
import { readObject } from '../../bot/readings/read-object.ts';
import { type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';
import { knownBeside } from '../../loop/cards/known-beside.ts';
import { createPictureClient } from '../../pictures/picture-client.ts';
import { readObjectName } from '../../pipeline/object-name.ts';
import { stampsOf } from '../../store/stamps/stamps.ts';
import { openExistingStore } from '../cli-store.ts';
import { FORCE, outFile } from '../out-file.ts';
import type { Output } from '../output.ts';

interface ShowFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const showCommand = (output: Output, env: Environment): Command =>
  new Command('show')
    .argument('<objectId>', 'such as ZTF25aapafwq, or the address of its page')
    .option('--out <file>', 'PNG to write')
    .option(...FORCE)
    .option('--json', 'print one JSON document')
    .action(async (pasted: string, flags: ShowFlags) => {
      const objectId = readObjectName(pasted);
      const config = readConfig(env);
      const { dataDir, modelType } = config;
      const out =
        flags.out === undefined ? null : outFile(flags.out, { dataDir, ...flags, endings: ['.png'] });
      const db = await openExistingStore(config, output);
      try {
        const found = await readObject(db, objectId, modelType, config.rounds.hints);
        if (found === null) {
          throw new FinkvraError(
            `The store has no alert of ${objectId}: check the name, or pull alerts first.`,
          );
        }
        const { alert, content } = found;
        if (out !== null) {
          const pictures = createPictureClient();
          try {
            const beside = await knownBeside(db, config.sky, alert);
            const png = await pictures.card({ alert, ...(await stampsOf(db, alert.candid)), ...beside });
            await out.write((draft) => writeFile(draft, png));
          } finally {
            await pictures.close();
          }
        }
        if (flags.json === true)
          output.print(JSON.stringify({ ...content, out: flags.out ?? null }, null, 2));
        else if (flags.out === undefined) output.print(objectText(content));
        else output.print(`${content.objectId} drawn to ${flags.out}`);
      } finally {
        await db.destroy();
      }
    });

const objectText = (object: ObjectContent): string => {
  const rows = [
    { name: 'Model', text: object.probability },
    { name: 'Label', text: object.label },
    ...object.remarks.map((text) => ({ name: 'Comment', text })),
    ...object.facts,
    { name: 'Position', text: object.position },
    { name: 'Candid', text: object.candid },
    ...object.links.map(({ name, url }) => ({ name, text: url })),
  ];
  return [object.objectId, ...rows.map(({ name, text }) => `${name.padEnd(10)}${text}`)].join('\n');
};
