import { describe, expect, it } from 'vitest';
import { createResponseUrls } from '../../packages/slack-sandbox/src/interactivity/response-urls.ts';
import { createTriggers } from '../../packages/slack-sandbox/src/interactivity/triggers.ts';

const minute = 60_000;

describe('what a click or a command gives the app', () => {
  it('a response_url for five uses', () => {
    const urls = createResponseUrls(() => 0);
    const secret = urls.issue({ user: 'U0VERA', channel: 'C1' });
    for (let use = 0; use < 5; use += 1) expect(urls.use(secret)).toMatchObject({ user: 'U0VERA' });
    expect(urls.use(secret)).toBe('used_url');
  });

  it('for thirty minutes', () => {
    let now = 0;
    const urls = createResponseUrls(() => now);
    const secret = urls.issue({ user: 'U0VERA', channel: 'C1' });
    now = 29 * minute;
    expect(urls.use(secret)).toMatchObject({ channel: 'C1' });
    now = 31 * minute;
    expect(urls.use(secret)).toBe('expired_url');
    expect(urls.use('made up')).toBe('expired_url');
  });

  it('a trigger for one view within three seconds', () => {
    let now = 0;
    const triggers = createTriggers(() => now);
    const [first, late] = [triggers.issue('U0VERA'), triggers.issue('U0CECILIA')];
    now = 2_900;
    expect(triggers.exchange(first)).toBe('U0VERA');
    expect(() => triggers.exchange(first)).toThrow('exchanged_trigger_id');
    now = 3_100;
    expect(() => triggers.exchange(late)).toThrow('expired_trigger_id');
    expect(() => triggers.exchange('made up')).toThrow('invalid_trigger_id');
  });
});
