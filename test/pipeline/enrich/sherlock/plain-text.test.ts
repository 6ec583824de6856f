import { describe, expect, it } from 'vitest';
import { plainText } from '../../../../src/pipeline/enrich/sherlock/plain-text.ts';

describe('plain text of an HTML sentence', () => {
  it('has no tags, and entities as the characters they stand for', () => {
    expect(
      plainText('<em><a href="http://x/?a=1&amp;b=2">NGC&nbsp;1</a></em>; z &lt; 0.1 &amp; 5&quot; away'),
    ).toBe('NGC 1; z < 0.1 & 5" away');
    expect(plainText('it&#39;s &#x3B1; &deg; &#945;')).toBe("it's α ° α");
  });

  it('decodes once, so that what was escaped stays text', () => {
    expect(plainText('&amp;lt;b&amp;gt;')).toBe('&lt;b&gt;');
    expect(plainText('&lt;script&gt;')).toBe('<script>');
  });

  it('leaves alone what only looks like HTML', () => {
    expect(plainText('z < 0.1 and r > 19 & J100-20; 3 <4')).toBe('z < 0.1 and r > 19 & J100-20; 3 <4');
    expect(plainText('&unknown; &#xD800; &#99999999; &')).toBe('&unknown; &#xD800; &#99999999; &');
  });

  it('is one line without control characters', () => {
    expect(plainText('  a\n\tb\u0007c  ')).toBe('a b c');
  });

  it('takes no time over a tag that never ends', () => {
    const start = performance.now();
    plainText(`<a href="${'<a '.repeat(20_000)}`);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
