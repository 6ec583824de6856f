/**
 * Parses JSON, keeping whole numbers beyond 2^53 exact: they become strings of their digits. A candid is one, and so
 * is a catalogue's id.
 *
 * @example parseExact('{"candid": 3086208464615015024}') // { candid: '3086208464615015024' }
 * @throws SyntaxError if it is not JSON
 */
export const parseExact = (json: string): unknown =>
  JSON.parse(json, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    context?.source !== undefined &&
    /^-?\d+$/.test(context.source)
      ? context.source
      : value,
  );
