const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const SIMPLE = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7]|1-5)$/;

/**
 * A cron expression (UTC) in words where it is a daily or weekly one: `daily at 14:00 UTC`. Any other one as
 * it is, its asterisks written so that no chat takes them for bold.
 */
export const scheduleWords = (expression: string): string => {
  const [, minute = '', hour = '', day = ''] = SIMPLE.exec(expression.trim().replaceAll(/\s+/g, ' ')) ?? [];
  if (minute === '') return `${expression.replaceAll('*', '∗')} (cron, UTC)`;
  const at = `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')} UTC`;
  if (day === '*') return `daily ${at}`;
  return day === '1-5' ? `Monday to Friday ${at}` : `every ${DAYS[Number(day)]} ${at}`;
};
