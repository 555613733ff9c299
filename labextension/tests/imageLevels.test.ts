import { describe, expect, it } from 'vitest';

import { COLOURS, MISSING, colourTable, cssColour, isColourName } from '../src/imageColours';
import {
  autoWindow,
  coloured,
  columns,
  drawnRange,
  holds,
  lookup,
  orderly,
  spanFor
} from '../src/imageLevels';

const GREY = colourTable('grey');

describe('colours', () => {
  it('are 256 opaque ones per map', () => {
    for (const name of COLOURS) {
      const table = colourTable(name);
      expect(table).toHaveLength(256);
      expect(table.every(colour => colour >>> 24 === 255)).toBe(true);
    }
  });

  it('go from black to white and back', () => {
    expect(cssColour(GREY[0] as number)).toBe('rgb(0 0 0)');
    expect(cssColour(GREY[255] as number)).toBe('rgb(255 255 255)');
    expect([...colourTable('inverted')]).toEqual([...GREY].reverse());
  });

  it('grow lighter from end to end where they stand for a size', () => {
    const light = (colour: number) =>
      0.2126 * (colour & 255) + 0.7152 * ((colour >> 8) & 255) + 0.0722 * ((colour >> 16) & 255);
    for (const name of ['grey', 'sea', 'heat'] as const) {
      const table = [...colourTable(name)].map(light);
      for (let n = 8; n < table.length; n += 8) {
        expect(table[n]).toBeGreaterThan(table[n - 8] as number);
      }
    }
  });

  it('are known by name', () => {
    expect(isColourName('sea')).toBe(true);
    expect(isColourName('jet')).toBe(false);
  });
});

describe('levels', () => {
  const window = { low: 10, high: 20 };
  const span = spanFor(window);

  it('reach beyond the window, so that it can be moved without asking', () => {
    expect(span).toEqual({ low: 0, high: 30 });
    expect(holds(span, { low: 2, high: 12 }, 16)).toBe(true);
    expect(holds(span, { low: -1, high: 12 }, 16)).toBe(false);
  });

  it('do not hold a window so narrow that their steps would be seen', () => {
    expect(holds(span, { low: 10, high: 10.001 }, 16)).toBe(false);
    expect(holds(span, window, 8)).toBe(false);
  });

  it('become the colour of their value', () => {
    const table = lookup(GREY, window, span, 16);
    const levelOf = (value: number) => 1 + Math.round((value / 30) * 65534);
    const pixels = new Uint32Array(5);
    coloured(Uint16Array.from([0, levelOf(5), levelOf(10), levelOf(15), levelOf(25)]), table, pixels);
    expect([...pixels]).toEqual([MISSING, GREY[0], GREY[0], GREY[128], GREY[255]]);
  });

  it('work with 8 bits, too', () => {
    const table = lookup(GREY, window, window, 8);
    expect([table[1], table[255]]).toEqual([GREY[0], GREY[255]]);
  });

  it('need a window whose ends are in order and apart', () => {
    expect(orderly(3, 1)).toEqual({ low: 1, high: 3 });
    expect(orderly(5, 5).high).toBeGreaterThan(5);
    expect(orderly(0, 0).high).toBeGreaterThan(0);
  });
});

describe('the histogram', () => {
  const counts = new Uint32Array(100);
  counts.fill(1000, 40, 60);
  counts[99] = 1;
  const histogram = { counts, low: 0, high: 100, finite: 20_001 };

  it('gives a window without the lone bright value', () => {
    expect(autoWindow(histogram)).toEqual({ low: 40, high: 60 });
  });

  it('gives everything when all is one value', () => {
    const one = new Uint32Array(10);
    one[5] = 7;
    expect(autoWindow({ counts: one, low: 0, high: 10, finite: 7 })).toEqual({ low: 5, high: 6 });
    expect(autoWindow({ counts: new Uint32Array(10), low: 0, high: 10, finite: 0 })).toEqual({
      low: 0,
      high: 10
    });
  });

  it('is drawn around the window, not out to a lone far value', () => {
    expect(drawnRange(histogram, { low: 40, high: 50 })).toEqual({ low: 25, high: 65 });
    expect(drawnRange(histogram, { low: -10, high: 120 })).toEqual({ low: -10, high: 120 });
  });

  it('shows one value among thousands', () => {
    const heights = columns(histogram, { low: 0, high: 100 }, 50);
    expect(heights[20]).toBe(1);
    expect(heights[49]).toBeGreaterThan(0.05);
    expect(heights[0]).toBe(0);
  });
});
