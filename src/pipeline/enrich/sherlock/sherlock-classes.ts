/** Sherlock's classes in the words of a card. */
const SHERLOCK_CLASSES: Readonly<Record<string, string>> = {
  VS: 'variable star',
  CV: 'cataclysmic variable',
  BS: 'bright star nearby',
  AGN: 'active galactic nucleus',
  NT: 'nuclear transient',
  SN: 'supernova candidate',
  ORPHAN: 'no catalogued source nearby',
  UNCLEAR: 'unclear',
};

/** Classes that never enter the pool, as the reference program has it. */
export const DEFAULT_EXCLUDED_CLASSES: readonly string[] = ['AGN', 'VS'];

/** The class in words, or as it is where it is not a known one. */
export const describeSherlockClass = (name: string): string => SHERLOCK_CLASSES[name] ?? name;

/**
 * True if an object of this Sherlock class stays out of the pool. Without an answer yet (null) it does
 * not: Lasair may be down, and the loop goes on.
 */
export const isExcludedClass = (
  name: string | null,
  excluded: readonly string[] = DEFAULT_EXCLUDED_CLASSES,
): boolean => name !== null && excluded.some((entry) => entry.toUpperCase() === name.toUpperCase());
