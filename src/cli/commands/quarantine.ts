import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { type Config, type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';
import { retryQuarantined } from '../../loop/intake/retry-quarantine.ts';
import { runIntake } from '../../loop/intake/run-intake.ts';
import {
  discardQuarantined,
  findQuarantined,
  listQuarantine,
  type QuarantineEntry,
} from '../../store/intake/quarantine.ts';
import type { Db } from '../../store/open-store.ts';
import { openExistingStore } from '../cli-store.ts';
import { FORCE, outFile } from '../out-file.ts';
import type { Output } from '../output.ts';

interface JsonFlag {
  readonly json?: boolean;
}

const toId = (text: string): number => {
  const id = Number(text);
  if (Number.isInteger(id) && id > 0) return id;
  throw new InvalidArgumentError('must be an id of the list');
};

const bytesWords = (size: number | null): string => (size === null ? 'no bytes kept' : `${size} bytes kept`);

const entryLine = (entry: QuarantineEntry): string =>
  [
    String(entry.id).padStart(5),
    entry.at.slice(0, 19).replace('T', ' '),
    entry.where,
    bytesWords(entry.size),
    ...(entry.tries === 0 ? [] : [`tried ${entry.tries} times`]),
    ...(entry.outcome === null ? [] : [`read since: ${OUTCOME_WORDS[entry.outcome]}`]),
    `${entry.reason}${alikeWords(entry)}`,
  ].join('  ');

const alikeWords = ({ alike }: Pick<QuarantineEntry, 'alike'>): string =>
  alike === 0 ? '' : ` (and ${alike} more for the same reason, counted only)`;

const OUTCOME_WORDS = { kept: 'kept', known: 'had already', filtered: 'filtered out' } as const;

const BYTES_SHOWN = 256;

const hexLines = (bytes: Uint8Array): string[] => {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, BYTES_SHOWN); at += 16) {
    const part = bytes.subarray(at, at + 16);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...part].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
    lines.push(`  ${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines;
};

interface ShowFlags extends JsonFlag {
  readonly bytes?: string;
  readonly key?: string;
  readonly force?: boolean;
}

/** What the subcommands share. */
interface Given {
  readonly output: Output;
  readonly config: () => Config;
  withStore(work: (db: Db) => Promise<void>): Promise<void>;
}

const listCommand = ({ output, withStore }: Given): Command =>
  new Command('list')
    .description('List the packets that could not be read.')
    .option('--all', 'also those that a retry has read since')
    .option('--json', 'print one JSON document')
    .action((flags: JsonFlag & { readonly all?: boolean }) =>
      withStore(async (db) => {
        const found = await listQuarantine(db, flags.all === true);
        if (flags.json === true) output.print(JSON.stringify(found, null, 2));
        else if (found.length === 0) output.print('Nothing is in quarantine.');
        else for (const entry of found) output.print(entryLine(entry));
      }),
    );

const showCommand = ({ output, config, withStore }: Given): Command =>
  new Command('show')
    .description('Show one of them: the reason, its source, the stored bytes.')
    .argument('<id>', 'id of the list', toId)
    .option('--bytes <file>', 'write its bytes to this file')
    .option('--key <file>', 'write its key (its schema) to this file')
    .option(...FORCE)
    .option('--json', 'print one JSON document; bytes and key in base64')
    .action((id: number, flags: ShowFlags) =>
      withStore(async (db) => {
        const entry = await findQuarantined(db, id);
        if (entry === null)
          throw new FinkvraError(`Nothing in quarantine has the id ${id}: see finkvra quarantine list.`);
        const { bytes, key, ...about } = entry;
        const files = [
          { path: flags.bytes, data: bytes },
          { path: flags.key, data: key },
        ].flatMap(({ path, data }) =>
          path === undefined || data === null
            ? []
            : [{ out: outFile(path, { ...config(), ...flags }), data }],
        );
        for (const { out, data } of files) await out.write((draft) => writeFile(draft, data));
        if (flags.json === true) {
          const base64 = (data: Uint8Array | null) =>
            data === null ? null : Buffer.from(data).toString('base64');
          output.print(JSON.stringify({ ...about, bytes: base64(bytes), key: base64(key) }, null, 2));
          return;
        }
        output.print(
          [
            `id         ${about.id}, from pull ${about.pullId}, ${about.at}`,
            `where      ${about.where}`,
            `reason     ${about.reason}${alikeWords(about)}`,
            `tried      ${about.tries} times${about.outcome === null ? '' : `; read since: ${OUTCOME_WORDS[about.outcome]}`}`,
            `key        ${key === null ? 'none' : `${key.length} bytes: ${Buffer.from(key.subarray(0, 60)).toString('utf8').replace(/\s+/g, ' ')}…`}`,
            `value      ${bytesWords(about.size)}`,
            ...(bytes === null ? [] : hexLines(bytes)),
          ].join('\n'),
        );
      }),
    );

const retryCommand = ({ output, config, withStore }: Given): Command =>
  new Command('retry')
    .description(
      'Decode stored packets again and store those that can be read now; without ids, all of them.',
    )
    .argument('[id...]', 'ids of the list', (text: string, before: number[] = []) => [...before, toId(text)])
    .option('--no-filter', 'keep every readable alert, as a pull with --no-filter does')
    .option('--json', 'print the summary as one JSON document')
    .action((ids: number[] | undefined, flags: JsonFlag & { readonly filter: boolean }) =>
      withStore(async (db) => {
        const { dustDir, archiveDir, poolDays } = config();
        const clock = (): Date => new Date();
        const log = ({ message }: { message: string }): void => output.note(message);
        const wanted = ids === undefined || ids.length === 0 ? null : ids;
        const summary = await runIntake({ db, dustDir, archiveDir, poolDays, clock, log }, (dust) =>
          retryQuarantined({ db, ids: wanted, filter: flags.filter, dust, clock }),
        );
        if (flags.json === true) {
          output.print(JSON.stringify(summary, null, 2));
          return;
        }
        const filtered = Object.values(summary.filtered).reduce((sum, count) => sum + count, 0);
        output.print(
          `${summary.tried} tried: ${summary.kept} kept, ${summary.known} had already, ${filtered} filtered out, ` +
            `${summary.unreadable.length} still unreadable`,
        );
        for (const { id, reason } of summary.unreadable) output.print(`  ${id}  ${reason}`);
        if (summary.withoutBytes.length > 0) {
          output.print(
            `No bytes were stored of ${summary.withoutBytes.join(', ')}: pull the file again (finkvra pull --from).`,
          );
        }
        if (summary.unknown.length > 0) output.print(`Not in quarantine: ${summary.unknown.join(', ')}`);
      }),
    );

const discardCommand = ({ output, withStore }: Given): Command =>
  new Command('discard')
    .description('Delete stored packets that could not be read; without ids, all of them.')
    .argument('[id...]', 'ids of the list', (text: string, before: number[] = []) => [...before, toId(text)])
    .option('--json', 'print one JSON document')
    .action((ids: number[] | undefined, flags: JsonFlag) =>
      withStore(async (db) => {
        const wanted = ids ?? (await listQuarantine(db, true)).map(({ id }) => id);
        const discarded = await discardQuarantined(db, wanted);
        const unknown = wanted.filter((id) => !discarded.includes(id));
        if (flags.json === true) {
          output.print(JSON.stringify({ discarded, unknown }, null, 2));
          return;
        }
        output.print(`${discarded.length} discarded`);
        if (unknown.length > 0) output.print(`Not in quarantine: ${unknown.join(', ')}`);
      }),
    );

export const quarantineCommand = (output: Output, env: Environment): Command => {
  const config = () => readConfig(env);
  const withStore = async (work: (db: Db) => Promise<void>): Promise<void> => {
    const db = await openExistingStore(config(), output);
    try {
      await work(db);
    } finally {
      await db.destroy();
    }
  };
  const given = { output, config, withStore };
  return new Command('quarantine')
    .addCommand(listCommand(given))
    .addCommand(showCommand(given))
    .addCommand(retryCommand(given))
    .addCommand(discardCommand(given));
};
