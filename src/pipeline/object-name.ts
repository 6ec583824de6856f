/** An object's name: ZTF or, of a simulated night, SIM, the year and seven letters. */
const NAME = /(?<![a-z0-9])(ztf|sim)(\d\d)([a-z]{7})(?![a-z0-9])/gi;

/** Characters that people and programs leave around a name. */
const AROUND = /^[\s`'"“”‘’«»<([*_]+|[\s`'"“”‘’«»>)\]*_.,;:!?]+$/g;

/** The different names in a text, as the surveys spell them. */
const namesIn = (text: string): ReadonlySet<string> => {
  const found = [...text.matchAll(NAME)];
  return new Set(
    found.map(
      ([, survey = '', year = '', letters = '']) => `${survey.toUpperCase()}${year}${letters.toLowerCase()}`,
    ),
  );
};

/**
 * The object that some pasted text names: in any case, in quotes or backticks, with a full stop after it, or as
 * the address of its page at Lasair, Fink or elsewhere. Text that names no object, or two, comes back without
 * what is around it, so that a message can repeat it.
 */
export const readObjectName = (text: string): string => {
  const [name, ...others] = namesIn(text);
  return name !== undefined && others.length === 0 ? name : text.replaceAll(AROUND, '');
};
