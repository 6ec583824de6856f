import type { Digest } from '../../loop/digest.ts';
import { isSimulated, objectLinks } from '../../pipeline/enrich/object-links.ts';
import { bandName, decimal, percent, plural } from './format.ts';
import { pullWords } from './status.ts';

export interface DigestContent {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly text: string }[];
  readonly objects: readonly {
    readonly objectId: string;
    readonly page: string | null;
    readonly text: string;
  }[];
  readonly simulated: boolean;
}

/** The day in a few lines, and the objects that the model is surest are not galactic. */
export const digestContent = (digest: Digest): DigestContent => {
  const people = digest.people
    .map(
      ({ name, labels, skips }) => `${name} ${labels}${skips === 0 ? '' : ` (and ${plural(skips, 'skip')})`}`,
    )
    .join(', ');
  const made = digest.people.reduce((sum, { labels }) => sum + labels, 0);
  const all = digest.labels.galactic + digest.labels.notGalactic;
  const { accuracy } = digest;
  const lines = [
    { name: 'Alerts', text: digest.read === 0 ? 'none came in' : pullWords({ ...digest, known: 0 }) },
    {
      name: 'Labels',
      text:
        digest.people.length === 0
          ? `none made today, ${all} in all`
          : `${made} made: ${people}; ${all} in all`,
    },
    ...(accuracy === null
      ? []
      : [
          {
            name: 'Accuracy',
            text: `${percent(accuracy.accuracy)} (${percent(accuracy.low)} to ${percent(accuracy.high)}) after round ${
              accuracy.round
            }; always the more frequent class: ${percent(accuracy.majorityRate)}`,
          },
        ]),
    ...digest.failures.map((failure) => ({ name: 'Failed', text: failure })),
  ];
  return {
    title: `Fink alerts on ${digest.day}`,
    lines,
    objects: digest.surest.map((object) => ({
      objectId: object.objectId,
      page: objectLinks(object).lasair,
      text: `P(galactic) ${percent(object.pGalactic)}, ${bandName(object.fid)} = ${decimal(object.magpsf, 2)}`,
    })),
    simulated: digest.surest.some(({ objectId }) => isSimulated(objectId)),
  };
};
