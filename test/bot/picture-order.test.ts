import { afterEach, expect, test } from 'vitest';
import { createPictureClient, type PictureClient } from '../../src/pictures/picture-client.ts';
import { eventually } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

let team: Team;
let pictures: PictureClient;
afterEach(async () => {
  await team.stop();
  await pictures.close();
});

test.each(['channel', 'thread'] as const)(
  'pictures are drawn in the order of their cards: in the %s',
  async (layout) => {
    pictures = createPictureClient();
    const drawn: string[] = [];
    const watched: PictureClient = {
      ...pictures,
      card: (input) => {
        drawn.push(input.alert.candid);
        return pictures.card(input);
      },
    };
    team = await startTeam({ rounds: { firstSize: 5, layout }, pictures: watched });
    await eventually('five pictures', () => drawn.length >= 5);
    const candidates = await team.db.selectFrom('candidates').select('candid').orderBy('id').execute();
    expect(drawn).toEqual(candidates.map(({ candid }) => candid));
  },
);
