/** One line of CSV (RFC 4180): fields with commas, quotes or line breaks are quoted; null is empty. */
export const csvLine = (fields: readonly (string | number | null)[]): string =>
  fields
    .map((field) => {
      const text = field === null ? '' : String(field);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
