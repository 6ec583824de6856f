import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { el, escapeXml, label, svgDocument } from '../../../src/pictures/drawing/svg.ts';

describe('svg', () => {
  it('keeps what a name contains from being read as SVG', () => {
    expect(escapeXml('a<b> & "c"')).toBe('a&lt;b&gt; &amp; &quot;c&quot;');
    expect(el('text', { title: '"><script>' })).toBe('<text title="&quot;&gt;&lt;script&gt;"/>');
  });

  it('survives characters that XML does not allow, and half a surrogate pair', () => {
    const svg = svgDocument(10, 10, label(0, 5, 'a\u0000\u0008\uFFFEb\uD800', { size: 5 }));
    expect(svg).toContain('>ab\uFFFD</text>');
    expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
  });

  it('writes two digits and leaves out what is undefined', () => {
    expect(el('line', { x1: 1 / 3, x2: 2, stroke: undefined })).toBe('<line x1="0.33" x2="2"/>');
  });
});
