import { describe, expect, it } from 'vitest';
import { readLine, runnable, suggested } from '../../packages/discord-sandbox/src/page/read-command.ts';

const commands = runnable([
  {
    name: 'finkvra',
    description: 'all',
    options: [
      { type: 1, name: 'status', description: 'how it stands', options: [] },
      {
        type: 1,
        name: 'relabel',
        description: 'correct',
        options: [
          { type: 3, name: 'object', required: true },
          { type: 4, name: 'round' },
          { type: 5, name: 'quiet' },
          { type: 3, name: 'note' },
        ],
      },
    ],
  },
]);
const valuesOf = (line: string) => readLine(line, commands)?.values;

describe('a command line of the Discord page', () => {
  it('knows each subcommand, and suggests those that fit', () => {
    expect(commands.map(({ path }) => path)).toEqual(['finkvra status', 'finkvra relabel']);
    expect(suggested('/finkvra r', commands).map(({ path }) => path)).toEqual(['finkvra relabel']);
    expect(readLine('/finkvra', commands)).toBeNull();
    expect(readLine('/finkvra statu', commands)).toBeNull();
  });

  it('reads options in their order, by name, and with their types', () => {
    expect(valuesOf('/finkvra relabel ZTF17aaa')).toEqual({ object: 'ZTF17aaa' });
    expect(valuesOf('/finkvra relabel ZTF17aaa 12 true seen by two')).toEqual({
      object: 'ZTF17aaa',
      round: 12,
      quiet: true,
      note: 'seen by two',
    });
    expect(valuesOf('/finkvra relabel note:"a long one" ZTF17aaa')).toEqual({
      object: 'ZTF17aaa',
      note: 'a long one',
    });
  });

  it('says which option is being typed', () => {
    expect(readLine('/finkvra relabel ZTF', commands)?.typing?.name).toBe('object');
    expect(readLine('/finkvra relabel ZTF17aaa 1', commands)?.typing?.name).toBe('round');
  });
});
