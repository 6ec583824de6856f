const NO_BREAK = '\u00a0';

/** Text that a narrow screen never breaks: `Round 4, no. 3`. */
export const unbroken = (text: string): string => text.replaceAll(' ', NO_BREAK);

/** Text whose per cent signs stay with their numbers: `67 %`. */
export const unbrokenPercent = (text: string): string => text.replaceAll(/(?<=\d) (?=%)/g, NO_BREAK);

/** Text whose numbers stay with their names and units on a narrow screen: `9 detections`, `g +0.002 mag`. */
export const unbrokenNumbers = (text: string): string =>
  text.replaceAll(
    /(?<=[\d°″]) (?!on )(?=[a-zA-Z%±])|(?<=[a-zA-Z]) (?==|\(\d)|(?<=[a-zA-Z=±)]) (?=[+−]?\d)/g,
    NO_BREAK,
  );
